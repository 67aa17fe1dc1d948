// What the API answers, as far as the page uses it. Types only: no browser runs a line of this.

/** @typedef {{zh: string, en: string}} Words a text of the API, in both languages */

/**
 * @typedef {object} Site
 * @property {Words} name
 * @property {string} logo
 * @property {string} contact
 * @property {Words} notice
 * @property {{text: string, url: string}[]} filings
 * @property {{document: string, version: string, title: Words, url: string}[]} consents
 * @property {"open" | "invite" | "closed"} registration
 * @property {"off" | "members" | "public"} gallery
 * @property {{max_bytes: number, min_side: number, max_side: number}} uploads
 * @property {Output[]} outputs
 * @property {string} version
 */

/**
 * @typedef {object} Output
 * @property {string} id
 * @property {Words} label
 * @property {number} width
 * @property {number} height
 * @property {string} format
 * @property {number} [max_kb]
 * @property {string | null} [background]
 */

/**
 * @typedef {object} User
 * @property {string} id
 * @property {string | null} username
 * @property {string | null} nickname
 * @property {string | null} avatar_url
 * @property {"personal" | "business"} mode
 * @property {"user" | "admin"} role
 * @property {number} credits
 * @property {{plan: string | null, label: Words | null, ends_at: string | null, features: {unlimited_generation: boolean, priority_processing: boolean, discount: number}}} subscription
 * @property {{notifications: boolean, auto_save: boolean, quality: string | null, language: "zh" | "en" | null}} settings
 * @property {{works_created: number, works_shared: number, generation_seconds: number, favorite_count: number}} [statistics]
 * @property {string} created_at
 */

/** @typedef {"virtual_tryon" | "fashion_photo" | "digital_avatar" | "product_photo"} KindId */

/**
 * @typedef {object} Kind
 * @property {KindId} kind
 * @property {Words} label
 * @property {{role: string, label: Words, guide: Words, min: number, max: number}[]} inputs
 * @property {Setting[]} settings
 * @property {number} expected_seconds
 * @property {number} price
 * @property {number} list_price
 * @property {string[]} outputs
 */

/** @typedef {{id: string, label: Words, default: string, options: {id: string, label: Words}[]}} Setting */

/** @typedef {{kinds: Kind[], outputs: Output[]}} Catalog */

/** @typedef {{id: string, width: number, height: number, bytes: number, format: string, url: string, created_at: string}} Upload */

/**
 * @typedef {object} Image
 * @property {string} url
 * @property {string} thumbnail_url
 * @property {string} file_name
 * @property {number} width
 * @property {number} height
 * @property {number} bytes
 * @property {string} format
 * @property {string} expires_at
 */

/** @typedef {"pending" | "processing" | "completed" | "failed" | "cancelled"} Status */

/**
 * @typedef {object} Job
 * @property {string} id
 * @property {KindId} kind
 * @property {Status} status
 * @property {number} progress
 * @property {Words} message
 * @property {number} price
 * @property {number} charged
 * @property {number | null} balance_after
 * @property {number | null} position
 * @property {number} [ahead_more_than]
 * @property {number | null} eta_seconds
 * @property {{role: string, upload_id: string, url: string | null}[]} inputs
 * @property {Record<string, string>} settings
 * @property {string} quality
 * @property {string} output
 * @property {number} seed
 * @property {string} label
 * @property {string | null} reference
 * @property {string | null} batch
 * @property {{images: Image[], work_id: string, model: string, processing_ms: number | null, cache: string | null} | null} result
 * @property {boolean} [result_gone]
 * @property {{code: string, message: Words} | null} error
 * @property {number | null} rating
 * @property {number} retries
 * @property {number} revision
 * @property {string} created_at
 * @property {string | null} started_at
 * @property {string | null} completed_at
 */

/**
 * @typedef {object} Work
 * @property {string} id
 * @property {string} job_id
 * @property {KindId} kind
 * @property {string} title
 * @property {string[]} tags
 * @property {Image} image
 * @property {string} model
 * @property {Record<string, string> | null} settings
 * @property {string | null} quality
 * @property {{role: string, upload_id: string}[]} inputs
 * @property {string | null} reference
 * @property {string | null} batch
 * @property {boolean} listed
 * @property {string | null} expires_at
 * @property {boolean} is_public
 * @property {boolean} favorite
 * @property {number} favorite_count
 * @property {string | null} share_url
 * @property {string} created_at
 */

/**
 * @typedef {object} Quote
 * @property {boolean} ok
 * @property {number} price
 * @property {number} balance
 * @property {boolean} enough_credits
 * @property {string} model
 * @property {number} expected_seconds
 * @property {{role: string, code: string, refuses: boolean, message: Words}[]} checks
 */

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} kind
 * @property {number} amount
 * @property {number} balance_after
 * @property {Words} description
 * @property {string | null} [job_id]
 * @property {string | null} [order_id]
 * @property {string} created_at
 */

/**
 * @template T
 * @typedef {{items: T[], next_cursor: string | null}} Page
 */

export {};
