<?php
// Stands for your application: it checks the signature over the bytes as they came, before it parses them.
$own = hash_hmac('sha256', file_get_contents('php://input'), 'demo-secret');
$genuine = hash_equals($own, $_SERVER['HTTP_X_ENTUITIVE_SIGNATURE'] ?? '');
http_response_code($genuine ? 200 : 401);
