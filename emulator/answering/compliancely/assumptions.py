"""What Compliancely's pages leave open of the API, and what is done here; for the docs.

Assumptions about the webhooks themselves stand in the profile.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumption:
    """`settings` are the keys of CompliancelySettings that switch it, where some do."""

    id: str
    what: str
    why: str
    settings: tuple[str, ...] = ()


_STACK = "Nothing is documented; the API seems to run on Django REST Framework, which does so."

ASSUMPTIONS = (
    Assumption(
        "framework-form",
        "Answers are compact JSON in UTF-8 that is not escaped; wrong fields answer 400 with texts by field, malformed"
        " bodies 400, unknown content types 415, wrong methods 405, unknown paths and ids 404, the latter four with"
        " `detail`. JSON, form-encoded and multipart bodies are all taken. Every answer has an Allow header.",
        _STACK,
    ),
    Assumption(
        "trailing-slash",
        "Every path is taken with and without a slash at its end.",
        "The pages spell some paths with one and some without. Django would redirect a GET and fail a POST.",
    ),
    Assumption(
        "created",
        "A request that creates something is answered with 201, a token with 200.",
        _STACK,
    ),
    Assumption(
        "unauthorized",
        "Missing and invalid credentials answer 401 with a WWW-Authenticate header; an expired v2 token is told as"
        " `Invalid token.`, as an unknown one is.",
        "The two texts are documented, their status is not. The framework's own status is 401.",
    ),
    Assumption(
        "both-schemes",
        "Every path takes both `Token` (v1) and `Bearer` (v2). Basic authentication is not taken.",
        "No page says which v2 paths replace the v1 paths. Basic authentication was announced to end on 31 May 2026.",
    ),
    Assumption(
        "any-login",
        "Any user name and password that are not empty are good.",
        "An emulator has no accounts; the user name becomes `created_by`.",
        ("accounts",),
    ),
    Assumption(
        "wrong-login",
        "A wrong password answers 400 with `non_field_errors` on v1 and 401 with `detail` on v2.",
        "Nothing is documented; these are the stock answers of the framework and of its usual package for JWT.",
    ),
    Assumption(
        "v1-token",
        "A user gets the same v1 token every time.",
        "The token is said not to expire, and the framework keeps one for each user.",
    ),
    Assumption(
        "refresh-and-validate",
        "Refresh takes `refresh` and answers `access` and `access_expiry_seconds`; validate takes `token` and answers"
        " an empty object; both answer 401 with `detail` and `code` for a token that is not good.",
        "Only the two paths are documented. These are the forms of the framework's usual package for JWT.",
    ),
    Assumption(
        "lifetimes",
        "Lifetimes and the rate limit are counted on the emulated clock.",
        "A test can then see a token expire at once. On the wall clock they last as long as the provider's.",
        ("lifetimes",),
    ),
    Assumption(
        "rate-limit",
        "Off. When on, all token endpoints share one count, of every caller; over it all answer 429 for ten minutes,"
        " with `Retry-After`.",
        "The figures are documented, the text and what is counted are not. Tests ask for tokens more often.",
        ("rate_limit",),
    ),
    Assumption(
        "credit",
        "Credits do not run out. When they do, the status is 403; searches tell it as `detail`, TIN matches and bulk"
        " files as `code` and `message`, tax-exempt checks in their own form. A bulk file costs one for each record.",
        "Two shapes of the error are documented, with the beginning of its text; its status is not.",
        ("credits",),
    ),
    Assumption(
        "name",
        "Letters and digits of every script are no special characters in a name.",
        "The page allows `&` and `-` as the only special characters, and says no more.",
    ),
    Assumption(
        "A15",
        "`webhook_urls` and `callback_url` may be a text, a list or null, everywhere; each URL of a list is a delivery"
        " of its own. A text is one URL; a list has at most 100. A body that is no JSON may repeat the field.",
        "The reference contradicts itself.",
    ),
    Assumption(
        "A16",
        "A match in review (10) raises no webhook; its final result does.",
        '"Once the result is available", says the page.',
        ("also_in_review",),
    ),
    Assumption(
        "sandbox",
        "The fixed samples are recognised by name and TIN together, and answered at once. All else is pending for 2 s"
        " and then has the TIN's last digit as its code; 9 becomes 0.",
        "The rules are those of the newest page; how long it takes is said as a couple of seconds, the fixed samples'"
        " time is not said. Only three samples are known.",
        ("after_us", "results"),
    ),
    Assumption(
        "status-texts",
        "Codes 0, 6, 7 and 8 are `TIN Matched`, codes 1 to 5 `Did Not Match`. The texts of `irs_reason` are ours, but"
        " for code 3 and the empty one of code -1.",
        "Only code 3 is documented with its status and text.",
    ),
    Assumption(
        "check-date",
        "`last_irs_check_date` is the moment of the request while a match is pending.",
        "It is documented as a text, never as null.",
    ),
    Assumption(
        "hybrid-path",
        "The hybrid match is answered at `/api/v1/tin/match/` and at `/api/v1/tin/match/tin/match/`.",
        "The page's address and its note differ.",
    ),
    Assumption(
        "hybrid-wait",
        "The hybrid match waits 30 emulated seconds for a final result; a match in review is none. The text of"
        " `message` is ours, and only that one answer has it.",
        "About 30 s are documented, and that there is a message.",
    ),
    Assumption(
        "states",
        "The states are the fifty and the District of Columbia, in lower case with blanks, such as `new york`.",
        "A fixed list of lower-case names is documented; the list was not seen.",
    ),
    Assumption(
        "search-result",
        "A search ends as `Completed` with one result: `Active`, `Good`, 100. Until then `results` is empty. The"
        " answer to the POST has no `results`. Both may give an `address`, null by default.",
        "The fields of a result come from a customer's description, the status is made up.",
    ),
    Assumption(
        "exempt-result",
        "A tax-exempt check ends as `Completed`; GET and webhook carry the same wrapper as the answer to the POST.",
        "The fields of a result are not documented, nor is a GET.",
    ),
    Assumption(
        "exempt-errors",
        "Wrong fields have the code `invalid` and the field's name before the text; what concerns no field of the check"
        " (credentials, content type, malformed bodies) answers with `detail`.",
        "The form is documented, its codes and texts are not.",
    ),
    Assumption(
        "bulk-file",
        "The first sheet is read. Its columns are those that the first row calls `name` and `tin`, else those with"
        " these words, or, where that row is a record, the one with nine digits. 6 MB are 6,291,456 bytes. A file that"
        " has more than 1,048,576 rows, blank ones included, 32,767 characters in a cell, or 8,000,000 in its names and"
        " TINs is refused. Without `priority` it is 5.",
        "The columns are not documented, nor is a default.",
    ),
    Assumption(
        "bulk-result",
        "A job is `Pending`, then `Completed` when the last of its results is there; only then it names its files, as"
        " CSV below the address that was called, which need no credentials. Wrong rows stand in the error file, rows"
        " that came before in `duplicate_record_file_results`, all others in the regular and the result file."
        " Wrong fields answer in the framework's form. GET is at the POST's path with the id.",
        "The fields are documented, what stands in them is not.",
    ),
)
