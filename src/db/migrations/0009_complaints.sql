-- Complaints about works that are gone are closed, and closed ones no longer say how to reach who complained.

UPDATE reports SET state = 'closed'
    WHERE state = 'open' AND NOT EXISTS (SELECT 1 FROM works WHERE works.id = reports.work_id);
UPDATE reports SET contact = NULL WHERE state = 'closed';
