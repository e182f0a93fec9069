<?php

// Receivers in PHP, run by `php -S`, one right and others wrong: POST /PROVIDER/MISTAKE, `right` for none.

[, $provider, $mistake] = explode('/', $_SERVER['REQUEST_URI']);
$header = ['entuitive' => 'X-Entuitive-Signature', 'compliancely' => 'Compliancely-Signature'][$provider];
$body = file_get_contents('php://input');
$given = $_SERVER['HTTP_' . strtoupper(strtr($header, '-', '_'))] ?? '';
if ($mistake === 'spells-the-header') {
    $given = getallheaders()[$header] ?? '';
}
if ($mistake === 'hopes-for-the-header') {
    $given = $_SERVER['HTTP_' . strtoupper(strtr($header, '-', '_'))];
}

function answer(int $status, array $told): never
{
    http_response_code($status);
    header('Content-Type: application/json');
    exit(json_encode($told));
}

function digest(string $body): string
{
    return hash_hmac('sha256', $body, getenv('RECEIVER_SECRET'));
}

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    answer(405, ['error' => 'POST, please']);
}
$fits = match ($mistake) {
    'json-again' => hash_equals(digest(json_encode(json_decode($body))), $given),
    'looks-for-it' => strpos(digest($body), $given) === 0,
    default => hash_equals(digest($body), $given),
};
if (!$fits) {
    answer(401, ['error' => 'the signature does not fit']);
}
json_decode($body, false, 4096);
if ($mistake === 'trusts-json') {
    array_keys(json_decode($body, true));
} elseif (json_last_error() !== JSON_ERROR_NONE) {
    answer(400, ['error' => 'no JSON']);
}
$place = getenv('RECEIVER_FOLDER') . "/$provider-$mistake-" . hash('sha256', $body);
$new = @fopen($place, 'x') !== false;
answer(200, ['new' => $new]);
