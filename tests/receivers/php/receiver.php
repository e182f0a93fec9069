<?php

// A receiver in PHP, run by `php -S`. It checks as Entuitive's webhooks page describes (read 2026-11): the hex
// HMAC-SHA256 of the raw body, compared with the header. 200 accepts; 401 refuses.

$name = 'HTTP_' . strtoupper(strtr(getenv('RECEIVER_HEADER'), '-', '_'));
$sent = $_SERVER[$name] ?? null;
$own = hash_hmac('sha256', file_get_contents('php://input'), getenv('RECEIVER_SECRET'));

$fits = $sent === $own;
http_response_code($fits ? 200 : 401);
header('Content-Type: application/json');
echo json_encode(['ok' => $fits]);
