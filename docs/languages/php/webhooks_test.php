<?php
// php webhooks_test.php - PHP 8.2 or newer, no packages, and a running emulator.
declare(strict_types=1);

function ask(string $path, array $body): array
{
    $http = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'ignore_errors' => true];
    $context = stream_context_create(['http' => $http + ['content' => json_encode($body)]]);
    $emulator = getenv('WEBHOOK_EMULATOR_URL') ?: 'http://127.0.0.1:4622';
    $told = json_decode((string) file_get_contents($emulator . $path, false, $context), true);
    expect(is_array($told) && !isset($told['error']['message']), $told['error']['message'] ?? 'no answer');
    return $told;
}

function play(string $scenario, string $target, array $labels): void
{
    $body = ['scenario' => $scenario, 'target' => $target, 'secret' => 'demo-secret', 'labels' => $labels];
    $run = ask('/api/v1/runs?wait=30s', $body);
    $told = array_map(fn (array $failure) => ($failure['event'] ?? 'run') . ": $failure[message]", $run['failures']);
    expect($run['verdict'] === 'passed', implode("\n", $told));
}

function expect(bool $holds, string $message): void
{
    $holds || throw new RuntimeException($message);
}

$tests = [
    'every event is accepted at once' => function (string $target, array $labels): void {
        play('entuitive/every-event', $target, $labels);
        $match = ['labels' => $labels, 'type' => 'user.created', 'result' => 'accepted', 'number' => 1];
        $verified = ask('/api/v1/verify', ['match' => $match, 'count' => 1, 'within' => '5s']);
        expect($verified['verdict'] === 'passed', $verified['message']);
    },
    'a forged webhook is refused' => function (string $target, array $labels): void {
        play('entuitive/forged', $target, $labels);
    },
];

$server = proc_open([PHP_BINARY, '-S', '127.0.0.1:0', __DIR__ . '/receiver.php'], [2 => ['pipe', 'w']], $pipes);
register_shutdown_function(fn () => proc_terminate($server));
expect(preg_match('~\((http://\S+)\) started~', (string) fgets($pipes[2]), $ready) === 1, 'the receiver did not start');
$failed = 0;
foreach ($tests as $name => $test) {
    $labels = ['suite' => 'php', 'test' => bin2hex(random_bytes(8))];
    try {
        $test("$ready[1]/webhooks", $labels);
        echo "ok - $name\n";
    } catch (RuntimeException $wrong) {
        echo "not ok - $name\n", $wrong->getMessage(), "\n";
        $failed = 1;
    } finally {
        ask('/api/v1/reset', ['labels' => $labels]);
    }
}
exit($failed);
