// go test -count=1 webhooks_test.go - Go 1.19 or newer, no modules, and WEBHOOK_EMULATOR_URL.
package webhooks

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

type object = map[string]any

// receive stands for your application: it checks the signature over the bytes as they came, before it parses them.
func receive(w http.ResponseWriter, r *http.Request) {
	mac := hmac.New(sha256.New, []byte("demo-secret"))
	_, unread := io.Copy(mac, r.Body)
	sent, strange := hex.DecodeString(r.Header.Get("X-Entuitive-Signature"))
	if unread != nil || strange != nil || !hmac.Equal(sent, mac.Sum(nil)) {
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// ask fails the test unless the answer's verdict is a pass.
func ask(t *testing.T, path string, body object) {
	t.Helper()
	data, _ := json.Marshal(body)
	answer, err := http.Post(os.Getenv("WEBHOOK_EMULATOR_URL")+path, "application/json", bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var told struct {
		Verdict, Message string
		Failures         []struct{ Event, Message string }
		Error            struct{ Message string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		t.Fatal(err)
	}
	if told.Verdict != "passed" && path != "/api/v1/reset" {
		t.Fatal(told.Verdict, told.Message, told.Failures, told.Error.Message)
	}
}

// play plays a scenario to its end and gives the labels of its run, which goes when the test ends.
func play(t *testing.T, scenario string) object {
	t.Helper()
	application := httptest.NewServer(http.HandlerFunc(receive))
	t.Cleanup(application.Close)
	labels := object{"suite": "go", "test": t.Name() + time.Now().Format(time.RFC3339Nano)}
	t.Cleanup(func() { ask(t, "/api/v1/reset", object{"labels": labels}) })
	run := object{"scenario": scenario, "target": application.URL, "secret": "demo-secret", "labels": labels}
	ask(t, "/api/v1/runs?wait=30s", run)
	return labels
}

func TestEveryEventIsAcceptedAtOnce(t *testing.T) {
	labels := play(t, "entuitive/every-event")
	match := object{"labels": labels, "type": "user.created", "result": "accepted", "number": 1}
	ask(t, "/api/v1/verify", object{"match": match, "count": 1, "within": "5s"})
}

func TestAForgedWebhookIsRefused(t *testing.T) {
	play(t, "entuitive/forged")
}
