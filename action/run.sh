#!/usr/bin/env bash
# What action.yml runs: install, lint with annotations, SARIF where it is asked for, and proofs.
# Inputs come as ALLIANCE_* variables and are split at spaces; nothing of them is evaluated.
set -uo pipefail

read -r -d '' -a contracts <<<"${ALLIANCE_CONTRACTS:-contracts}" || true
read -r -d '' -a arguments <<<"${ALLIANCE_ARGUMENTS:-}" || true

if [[ -n "${ALLIANCE_PACKAGE:-}" ]]; then
    extra=""
    [[ "${ALLIANCE_PROVE:-false}" == true ]] && extra="[prove]"
    python -m pip install --quiet "${ALLIANCE_PACKAGE}${extra}" || exit 2
fi

alliance lint "${contracts[@]}" --fail-on "${ALLIANCE_FAIL_ON:-error}" -f github "${arguments[@]}"
code=$?

if [[ -n "${ALLIANCE_SARIF:-}" ]]; then
    alliance lint "${contracts[@]}" --fail-on never -f sarif -o "$ALLIANCE_SARIF" "${arguments[@]}" || code=2
fi

if [[ "${ALLIANCE_PROVE:-false}" == true && $code -ne 2 ]]; then
    alliance prove "${contracts[@]}" || code=$?
fi
exit $code
