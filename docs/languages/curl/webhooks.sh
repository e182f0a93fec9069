#!/bin/sh
# sh webhooks.sh - needs curl, jq and a running emulator; your application runs already, with the secret demo-secret.
set -eu
emulator=${WEBHOOK_EMULATOR_URL:-http://127.0.0.1:4622}
app=${APP_URL:-http://127.0.0.1:3000/webhooks}
labels=$(jq --null-input --arg test "$(uname -n)-$$-$(date +%s)" '{suite: "shell", $test}')
failed=0

ask() { # ask PATH BODY
    curl --silent --show-error "$emulator$1" --header 'Content-Type: application/json' --data "$2"
}

passes() { # passes NAME ANSWER: tells whether its verdict is a pass, and if not, why
    if printf '%s' "$2" | jq --exit-status '.verdict == "passed"' > /dev/null; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        printf '%s' "$2" | jq --raw-output \
            '.error.message?, .message?, (.failures[]? | "\(.event // "run"): \(.message)") | values'
        failed=1
    fi
}

play() { # play SCENARIO: to its end, against the application
    body=$(jq --null-input --arg scenario "$1" --arg target "$app" --argjson labels "$labels" \
        '{$scenario, $target, $labels, secret: "demo-secret"}')
    answer=$(ask '/api/v1/runs?wait=30s' "$body")
    passes "$1" "$answer"
}

verify() { # verify NAME QUESTION: among the attempts of our own runs
    body=$(printf '%s' "$2" | jq --argjson labels "$labels" '.match.labels = $labels | .within = "5s"')
    answer=$(ask /api/v1/verify "$body")
    passes "$1" "$answer"
}

trap 'ask /api/v1/reset "{\"labels\": $labels}" > /dev/null' EXIT

play entuitive/every-event
verify 'the new user at once' '{"match": {"type": "user.created", "result": "accepted", "number": 1}, "count": 1}'
play entuitive/forged
exit "$failed"
