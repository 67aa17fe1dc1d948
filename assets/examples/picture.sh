#!/usr/bin/env bash
# A picture of a product with curl and jq: picture.sh PHOTO OUT
# ATELIER_URL is the server, ATELIER_KEY an API key with the scopes uploads and jobs (or an access token).
set -euo pipefail
photo=$1 out=$2
call() { curl -sS --fail-with-body -H "Authorization: Bearer $ATELIER_KEY" "$@"; }

upload=$(call "$ATELIER_URL/v1/uploads" -F "file=@$photo" | jq -r .id)
order=$(jq -n --arg upload "$upload" \
    '{kind: "product_photo", inputs: {product: $upload}, settings: {background: "marble"}}')
# The key makes a repeated request harmless; Prefer waits for the end, at most a minute.
job=$(call "$ATELIER_URL/v1/jobs" -H "Idempotency-Key: $(basename "$photo")-$upload" -H 'Prefer: wait=60' --json "$order")
until jq -e '.status | IN("completed", "failed", "cancelled")' >/dev/null <<<"$job"; do
    job=$(call "$ATELIER_URL/v1/jobs/$(jq -r .id <<<"$job")" -H 'Prefer: wait=60')
done
if [[ $(jq -r .status <<<"$job") != completed ]]; then
    jq -r '.error.message.en // .message.en' <<<"$job" >&2
    exit 1
fi
curl -sS --fail -o "$out" "$(jq -r '.result.images[0].url' <<<"$job")"
echo "$out"
