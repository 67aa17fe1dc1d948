//! The queue against a model of it: whatever is done in whatever order, every row is as the model says.

mod runs;
mod seen;
mod steps;
mod system;
mod world;

use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use proptest::prelude::{BoxedStrategy, Just, Strategy};

use steps::{Step, any_step};
use system::System;
use world::World;

struct Model;

impl ReferenceStateMachine for Model {
    type State = World;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<World> {
        Just(World::new()).boxed()
    }

    fn transitions(_: &World) -> BoxedStrategy<Step> {
        any_step()
    }

    fn apply(mut world: World, step: &Step) -> World {
        world.said = world.take(step);
        world
    }
}

struct Queue;

impl StateMachineTest for Queue {
    type SystemUnderTest = System;
    type Reference = Model;

    fn init_test(_: &World) -> System {
        System::new()
    }

    fn apply(mut system: System, world: &World, step: Step) -> System {
        let said = system.take(&step);
        assert_eq!(said, world.said, "{step:?}");
        system
    }

    fn check_invariants(system: &System, world: &World) {
        let seen = system.look();
        assert_eq!(seen.jobs, world.jobs);
        assert_eq!(seen.wallets, world.wallets);
        system.books_balance();
    }
}

/// `PROPTEST_CASES` asks for more.
fn config() -> Config {
    let mut config = Config::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 64;
    }
    // What fails is printed whole, and becomes a test of its own.
    config.failure_persistence = None;
    config
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn every_row_is_as_the_model_says(sequential 1..60 => Queue);
}
