// What the admin API answers, as far as these pages use it. Types only: no browser runs a line of this.

/** @typedef {import("../types.js").Words} Words */
/** @typedef {import("../types.js").Job & {user_id?: string, user_name?: string | null}} ListedJob */

/**
 * @typedef {object} Attempt
 * @property {string} model
 * @property {string} provider
 * @property {"open" | "done" | "failed" | "unknown"} state
 * @property {string | null} class
 * @property {number | null} cost_micros
 * @property {number | null} [expected_micros]
 * @property {string} started_at
 * @property {string | null} ended_at
 * @property {number | null} [took_ms]
 */

/**
 * @typedef {object} Candidate
 * @property {string} model
 * @property {number} priority
 * @property {boolean} available
 * @property {string} [unavailable] why not
 * @property {number} [rank]
 * @property {number} [score]
 * @property {Record<string, number>} [parts]
 * @property {string} [breaker]
 */

/** @typedef {ListedJob & {user_id: string, retry_of: string | null, cache: string | null, route: {model: string | null, list: string, candidates: Candidate[], attempts: Attempt[]}}} ShownJob */

/**
 * @typedef {object} Account
 * @property {string} id
 * @property {string | null} username
 * @property {string | null} nickname
 * @property {"user" | "admin"} role
 * @property {"personal" | "business"} mode
 * @property {"active" | "frozen" | "erased"} state
 * @property {number} credits
 * @property {string} created_at
 */

/**
 * @typedef {object} Link
 * @property {string} id
 * @property {"invite" | "setup" | "reset"} purpose
 * @property {string | null} user_id
 * @property {string | null} [user_name]
 * @property {number} credits
 * @property {"user" | "admin"} role
 * @property {"personal" | "business"} mode
 * @property {string | null} created_by
 * @property {string | null} [created_by_name]
 * @property {string} created_at
 * @property {string} expires_at
 * @property {string | null} spent_at
 * @property {string | null} spent_by
 * @property {string | null} [spent_by_name]
 * @property {string} [url] only in the answer that makes it
 */

/** @typedef {{seq: number, at: string, actor_id: string | null, actor_name?: string | null, action: string, target: string | null, target_name?: string | null, detail: Record<string, unknown>}} AuditLine */

/** @typedef {import("./chart/spans.js").Percentiles} Percentiles */

/**
 * @typedef {object} Overview
 * @property {number} hours
 * @property {{completed: number, cache_hits: number, failed: number, cancelled: number, success_rate: number | null, failures: Record<string, number>, rating: number | null, ratings: number, by_kind: Record<string, Percentiles>, by_model: Record<string, Percentiles>, cost_micros: number, cost_unknown: number}} jobs
 * @property {{ready: number, held: number, processing: number, oldest_ms: number}} queue
 * @property {Record<string, number>} credits by kind of entry
 * @property {number | null} [refund_rate]
 * @property {{currency: string, orders: number, paid_fen: number, refunded_fen: number}[]} [revenue]
 * @property {{currency: string, cost_fen: number, margin_fen: number} | null} [margin]
 * @property {{calls: number, refused: number, failed: number}} [calls]
 * @property {number} free_bytes
 * @property {number} uptime_seconds
 */

/**
 * @typedef {object} Model
 * @property {string} model
 * @property {string | null} provider
 * @property {Record<string, string>} upstream
 * @property {boolean} configured
 * @property {boolean} enabled
 * @property {number | null} personal its place in that list
 * @property {number | null} business
 * @property {"closed" | "open" | "half_open"} breaker
 * @property {string | null} rests_until
 * @property {string | null} rests_because
 * @property {number} calls
 * @property {number | null} success
 * @property {Record<string, number>} failures
 * @property {Percentiles | null} took_ms
 * @property {number} crowd
 * @property {number | null} concurrency null where nothing bounds it: the local engine
 * @property {Record<string, number>} price_micros
 * @property {number} spent_today_micros
 * @property {number | null} daily_budget_micros
 * @property {string | null} retires_on
 * @property {number | null} retires_in_days
 */

/** @typedef {{day: string, spent_micros: number, limit_micros: number | null, nearly_reached: boolean, models_nearly_reached: string[]}} Budget */

/**
 * @typedef {object} Order
 * @property {string} id
 * @property {string} status
 * @property {Words} status_label
 * @property {string} channel
 * @property {{kind: string, id: string, label: Words}} item
 * @property {number} credits
 * @property {number} bonus
 * @property {number} amount_fen
 * @property {string} currency
 * @property {string} user_id
 * @property {string | null} user_name
 * @property {string | null} trade_no
 * @property {string | null} reference
 * @property {string | null} transaction_id
 * @property {number | null} taken_back
 * @property {number | null} shortfall
 * @property {string | null} problem
 * @property {string | null} refund_reason
 * @property {string} created_at
 * @property {string | null} paid_at
 * @property {string | null} refunded_at
 */

/** @typedef {{id: string, order_id: string, user_id: string, user_name: string | null, amount_fen: number, title: string | null, tax_number: string | null, email: string | null, status: string, note: string | null, created_at: string}} Invoice */

/** @typedef {{id: string, name: string, credits: number, count: number, uses: number, per_user: number, redeemed: number, expires_at: string | null, created_at: string, revoked_at: string | null, codes?: string[]}} CodeBatch */

/** @typedef {{wallets: number, entries: number, jobs: number, differences: number, findings: string[]}} Verdict */

export {};
