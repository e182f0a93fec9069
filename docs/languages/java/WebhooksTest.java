// java WebhooksTest.java - JDK 17 or newer, no packages, and a running emulator.
import com.sun.net.httpserver.*;
import java.io.IOException;
import java.net.*;
import java.net.http.*;
import java.security.*;
import java.util.*;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class WebhooksTest {
    static final String EMULATOR = System.getenv().getOrDefault("WEBHOOK_EMULATOR_URL", "http://127.0.0.1:4622");
    static final String LABELS = "{\"suite\": \"java\", \"test\": \"%s\"}".formatted(UUID.randomUUID());
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    // Stands for your application: it checks the signature over the bytes as they came, before it parses them.
    static void receive(HttpExchange call) throws IOException {
        try (call) {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("demo-secret".getBytes(), "HmacSHA256"));
            var own = HexFormat.of().formatHex(mac.doFinal(call.getRequestBody().readAllBytes()));
            var sent = call.getRequestHeaders().getFirst("X-Entuitive-Signature");
            var genuine = sent != null && MessageDigest.isEqual(own.getBytes(), sent.getBytes());
            call.sendResponseHeaders(genuine ? 200 : 401, -1);
        } catch (GeneralSecurityException wrong) {
            throw new IOException(wrong);
        }
    }

    static String ask(String path, String body) throws Exception {
        var call = HttpRequest.newBuilder(URI.create(EMULATOR + path)).header("Content-Type", "application/json");
        var post = call.POST(HttpRequest.BodyPublishers.ofString(body)).build();
        return CLIENT.send(post, HttpResponse.BodyHandlers.ofString()).body();
    }

    // The JDK reads no JSON. With the library of your project, look at verdict and failures[].message instead.
    static void passes(String name, String told) {
        if (!told.matches("(?s).*\"verdict\": ?\"passed\".*")) {
            var messages = Pattern.compile("\"message\": ?\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(told).results();
            throw new AssertionError(name + ": " + messages.map(found -> found.group(1)).toList());
        }
        System.out.println("ok - " + name);
    }

    public static void main(String[] words) throws Exception {
        var application = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        application.createContext("/webhooks", WebhooksTest::receive);
        application.start();
        var target = "http://127.0.0.1:%d/webhooks".formatted(application.getAddress().getPort());
        var run = """
            {"scenario": "%s", "target": "%s", "secret": "demo-secret", "labels": %s}""";
        var everyEvent = run.formatted("entuitive/every-event", target, LABELS);
        var forged = run.formatted("entuitive/forged", target, LABELS);
        var question = """
            {"match": {"labels": %s, "type": "user.created", "result": "accepted", "number": 1},
             "count": 1, "within": "5s"}""".formatted(LABELS);
        try {
            passes("every event is accepted", ask("/api/v1/runs?wait=30s", everyEvent));
            passes("the new user at once", ask("/api/v1/verify", question));
            passes("a forged webhook is refused", ask("/api/v1/runs?wait=30s", forged));
        } finally {
            ask("/api/v1/reset", "{\"labels\": %s}".formatted(LABELS));
            application.stop(0);
        }
    }
}
