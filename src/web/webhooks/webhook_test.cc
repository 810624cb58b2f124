// Webhooks beyond their key: stored bodies, forms, signatures, rates, refusals (TRIG-97, TRIG-102, TRIG-108).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "security/hmac.h"
#include "web/testing/harness.h"
#include "web/webhooks/guard.h"

namespace gyr::web {
namespace {

using base::Instant;
using base::Value;
using plugin::SignaturePreset;
using test::Call;
using test::form;
using test::Harness;
using test::Reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A flow with a webhook `t` of key `k`; `properties` are its further lines, indented by four.
std::string hooked(std::string_view properties) {
  return "id: hooked\nnamespace: a.b\ntasks:\n  - {id: say, type: io.kestra.plugin.core.log.Log, message: "
         "m}\ntriggers:\n  - id: t\n"
         "    type: io.kestra.plugin.core.trigger.Webhook\n    key: k\n" +
         std::string(properties);
}

constexpr const char* address = "executions/webhook/a.b/hooked/k";

Call post(std::string body, std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {.method = "POST",
          .target = address,
          .body = std::move(body),
          .content_type = "application/json",
          .headers = std::move(headers)};
}

Value variables_of(const Reply& reply) {
  EXPECT_EQ(reply.status, 200) << reply.body;
  const Value json = reply.json();
  const Value* variables = json.find_path({"trigger", "variables"});
  return variables == nullptr ? Value() : *variables;
}

/// Messages in the log of the trigger, oldest first; those of refusals are stored behind the answer.
std::vector<std::string> refusals(Harness& harness, size_t at_least) {
  for (int tries = 0; tries < 10'000; ++tries) {
    const Value found = harness.get("logs/search?size=100&sort=timestamp:asc&filters[triggerId][EQUALS]=t").json();
    std::vector<std::string> messages;
    for (const Value& line : found.find("results")->items()) messages.emplace_back(line.find("message")->text());
    if (messages.size() >= at_least) return messages;
  }
  ADD_FAILURE() << "fewer than " << at_least << " calls are recorded as refused";
  return {};
}

// ---- addresses

TEST(Webhooks, ASlashBehindTheKeyIsIgnored) {  // TRIG-98
  Harness harness;
  harness.deploy(hooked(""));
  EXPECT_EQ(harness.send("POST", std::string(address) + "/").status, 200);
}

TEST(Webhooks, WithAPathAreFoundByKeyAndPath) {  // API-83
  Harness harness;
  harness.deploy(
      hooked("  - id: orders\n    type: io.kestra.plugin.core.trigger.Webhook\n    key: k\n    path: orders/new\n"));
  for (std::string_view method : {"GET", "POST", "PUT"}) {
    const Reply reply = harness.send(std::string(method), std::string(address) + "/orders/new");
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.text({"trigger", "id"}), "orders");
  }
  EXPECT_EQ(harness.send("POST", address).text({"trigger", "id"}), "t");
  for (std::string_view path : {"/orders", "/orders/new/er", "/other"})
    EXPECT_EQ(harness.send("POST", std::string(address) + std::string(path)).status, 404) << path;
}

// ---- what comes with a request

TEST(Webhooks, KeepALargeBodyInStorage) {  // TRIG-97
  Harness harness;
  harness.deploy(hooked("    fetchType: STORE\n"));
  const Reply reply = harness.call(post("{\"a\": 1}"));
  const Value variables = variables_of(reply);
  EXPECT_EQ(variables.find("body"), nullptr);
  const std::string path = "/a/b/hooked/executions/" + reply.text({"id"}) + "/trigger/t/body";
  EXPECT_EQ(variables.find("uri")->text(), "kestra://" + path);
  EXPECT_THAT(harness.storage().paths(), ElementsAre(path));
}

TEST(Webhooks, StoreNothingIfNothingIsStarted) {  // TRIG-97, TRIG-100
  Harness harness;
  harness.deploy(hooked("    fetchType: STORE\n    when: \"{{ trigger.uri is not defined }}\"\n"));
  EXPECT_EQ(harness.call(post("{}")).status, 204);
  EXPECT_THAT(harness.storage().paths(), IsEmpty());
}

// A caller that got no answer asks again: whatever came before, there is one execution.
TEST(Webhooks, ARepeatedCallStartsNothing) {
  Harness harness;
  harness.deploy(hooked("    fetchType: STORE\n"));
  const Reply first = harness.call(post("{\"a\": 1}", {{"Idempotency-Key", "delivery-1"}}));
  const Reply again = harness.call(post("{\"a\": 1}", {{"Idempotency-Key", "delivery-1"}}));
  const Reply other = harness.call(post("{\"a\": 1}", {{"Idempotency-Key", "delivery-2"}}));
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(first.text({"id"}), again.text({"id"}));
  EXPECT_NE(first.text({"id"}), other.text({"id"}));
  EXPECT_EQ(harness.get("executions/search").at({"total"}).as_integer(), 2);
  EXPECT_THAT(harness.storage().paths(), SizeIs(2)) << "the body of the second call is not kept";

  EXPECT_EQ(harness.call(post("{}", {{"Idempotency-Key", std::string(201, 'k')}})).status, 422);
  EXPECT_EQ(harness.get("executions/search").at({"total"}).as_integer(), 2);
}

TEST(Webhooks, ARepeatedCallWaitsForTheSameEnd) {  // TRIG-94
  Harness harness;
  harness.deploy(hooked("    wait: true\n    returnOutputs: true\n") +
                 "outputs:\n  - {id: of, type: STRING, value: \"{{ execution.id }}\"}\n");
  const Reply first = harness.call(post("{}", {{"Idempotency-Key", "delivery-1"}}));
  const Reply again = harness.call(post("{}", {{"Idempotency-Key", "delivery-1"}}));
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_NE(first.text({"of"}), "");
  EXPECT_EQ(first.body, again.body);
}

TEST(Webhooks, ParseForms) {  // TRIG-102
  Harness harness;
  harness.deploy(hooked(""));
  Call call = form("POST", address,
                   {{"name", "Ada"}, {"name", "Bob"}, {"data", "bytes", "../notes.txt"}, {"more", "", "empty.bin"}});
  const Reply reply = harness.call(std::move(call));
  const Value variables = variables_of(reply);
  EXPECT_EQ(variables.find("body"), nullptr);
  EXPECT_EQ(*variables.find("formFields"),
            Value::map({{"name", Value::list({Value::string("Ada"), Value::string("Bob")})}}));
  const auto& parts = variables.find("parts")->items();
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].find("name")->text(), "data");
  EXPECT_EQ(parts[0].find("filename")->text(), "notes.txt");
  EXPECT_EQ(parts[0].find("size")->as_integer(), 5);
  EXPECT_THAT(std::string(parts[0].find("uri")->text()),
              HasSubstr("/executions/" + reply.text({"id"}) + "/trigger/t/1/notes.txt"));
  EXPECT_EQ(parts[1].find("size")->as_integer(), 0);
  EXPECT_THAT(harness.storage().paths(), SizeIs(2));
}

TEST(Webhooks, BrokenFormsStartNothing) {  // TRIG-102
  Harness harness;
  harness.deploy(hooked(""));
  Call call = form("POST", address, {{"data", "bytes", "notes.txt"}});
  call.body.resize(call.body.size() - 10);
  const Reply reply = harness.call(std::move(call));
  EXPECT_GE(reply.status, 400);
  EXPECT_LT(reply.status, 500);
  EXPECT_THAT(harness.storage().paths(), IsEmpty());
  EXPECT_THAT(refusals(harness, 1)[0], HasSubstr("A call was refused: "));
}

// The flow reads fields and files; the caller gets its outputs.
TEST(Webhooks, AFormReachesTheFlow) {  // API-83, TRIG-94, TRIG-102
  Harness harness;
  harness.deploy(
      hooked(
          "    wait: true\n    returnOutputs: true\n    inputs: {name: \"{{ trigger.formFields.name | first }}\"}\n") +
      "inputs:\n  - {id: name, type: STRING}\noutputs:\n"
      "  - {id: name, type: STRING, value: \"{{ inputs.name }}\"}\n"
      "  - {id: file, type: STRING, value: \"{{ trigger.parts[0].uri }}\"}\n"
      "  - {id: body, type: BOOL, value: \"{{ trigger.body is defined }}\"}\n");
  for (const char* type : {"multipart/form-data", "Multipart/Form-Data"}) {
    Call call = form("POST", address, {{"name", "Ada"}, {"data", "bytes", "notes.txt"}});
    call.content_type.replace(0, call.content_type.find(';'), type);
    const Reply reply = harness.call(std::move(call));
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.text({"name"}), "Ada");
    EXPECT_THAT(reply.text({"file"}), HasSubstr("/trigger/t/1/notes.txt"));
    EXPECT_FALSE(reply.at({"body"}).as_boolean());
  }
}

TEST(Webhooks, ASignatureCoversTheWholeForm) {  // API-83
  Harness harness;
  harness.deploy(hooked("    signature: {header: X-Sign, secret: s3cret}\n"));
  Call call = form("POST", address, {{"name", "Ada"}, {"data", "bytes", "notes.txt"}});
  call.headers.emplace_back("X-Sign", base::hex_encode(security::hmac_sha256("s3cret", call.body)));
  Call changed = call;
  changed.body.replace(changed.body.find("bytes"), 5, "BYTES");
  EXPECT_EQ(harness.call(std::move(changed)).status, 401);
  EXPECT_THAT(harness.storage().paths(), IsEmpty()) << "nothing is kept of a call that nobody signed";
  const Value variables = variables_of(harness.call(std::move(call)));
  EXPECT_EQ(variables.find("parts")->size(), 1u);
  EXPECT_EQ(variables.find("formFields")->size(), 1u);
}

TEST(Webhooks, HostileFormsStartNothing) {  // API-83, TRIG-102
  const std::string part = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nx\r\n";
  std::string many;
  for (int i = 0; i < 1'001; ++i) many += part;
  const std::pair<std::string, std::string> calls[] = {
      {"multipart/form-data", part + "--b--\r\n"},                                   // no boundary is named
      {"multipart/form-data; boundary=" + std::string(1'000, 'b'), part + "--b--"},  // too long a one
      {"multipart/form-data; boundary=c", part + "--b--\r\n"},                       // another one
      {"multipart/form-data; boundary=b", ""},                                       // nothing
      {"multipart/form-data; boundary=b", part},                                     // cut
      {"multipart/form-data; boundary=b", part + "--b\r\n\r\nno header\r\n--b--\r\n"},
      {"multipart/form-data; boundary=b", "--b\r\n" + std::string(100'000, 'h')},  // an endless header
      {"multipart/form-data; boundary=b", std::string(100'000, 'p')},              // an endless preamble
      {"multipart/form-data; boundary=b", many + "--b--\r\n"}};
  for (const auto& [type, body] : calls) {
    Harness harness;
    harness.deploy(hooked(""));
    const Reply reply = harness.call({"POST", address, body, type, {}});
    EXPECT_GE(reply.status, 400) << type << " " << body.substr(0, 80);
    EXPECT_LT(reply.status, 500) << type << " " << body.substr(0, 80);
    EXPECT_THAT(harness.storage().paths(), IsEmpty()) << type << " " << body.substr(0, 80);
    EXPECT_EQ(harness.get("executions/search").at({"total"}).as_integer(), 0);
  }
  Harness harness;
  harness.deploy(hooked("    maxBodyBytes: 1000\n"));
  Call large = form("POST", address, {{"data", std::string(2'000, 'x'), "large.bin"}});
  EXPECT_EQ(harness.call(std::move(large)).status, 413);
  EXPECT_THAT(harness.storage().paths(), IsEmpty());
  Call named = form("POST", address, {{"data", "x", "../../../etc/passwd"}, {"data", "y", "a/../b\\c:d"}});
  for (const auto& each : variables_of(harness.call(std::move(named))).find("parts")->items()) {
    EXPECT_THAT(std::string(each.find("uri")->text()), Not(HasSubstr("..")));
    EXPECT_THAT(std::string(each.find("uri")->text()), HasSubstr("/trigger/t/"));
  }
}

TEST(Webhooks, ABodyThatIsNotJsonIsAString) {  // API-83
  Harness harness;
  harness.deploy(hooked(""));
  EXPECT_EQ(*variables_of(harness.call(post("{\"n\": 1e999}"))).find("body"), Value::string("{\"n\": 1e999}"))
      << "no number is infinite";
}

TEST(Webhooks, DistinguishTestEvents) {  // TRIG-108, TRIG-23
  Harness harness;
  harness.deploy(hooked(""));
  const auto from = [&](std::vector<std::pair<std::string, std::string>> headers) {
    const Value json = harness.call(post("{}", std::move(headers))).json();
    for (const Value& label : json.find("labels")->items()) {
      if (label.find("key")->text() == "system.from") return std::string(label.find("value")->text());
    }
    return std::string();
  };
  EXPECT_EQ(from({}), "trigger");
  EXPECT_EQ(from({{"X-Kestra-Test-Event", "true"}}), "testEvent");
  EXPECT_EQ(from({{"X-Kestra-Test-Event", "false"}}), "trigger");
}

TEST(Webhooks, RefuseBodiesThatAreTooLarge) {
  for (const char* more : {"", "    fetchType: STORE\n"}) {
    Harness harness;
    harness.deploy(hooked(std::string("    maxBodyBytes: 10\n") + more));
    EXPECT_EQ(harness.call(post("0123456789")).status, 200);
    EXPECT_EQ(harness.call(post("0123456789a")).status, 413);
    EXPECT_THAT(refusals(harness, 1), SizeIs(1));
    EXPECT_LE(harness.storage().paths().size(), 1u) << "of the one that was started";
  }
}

// ---- signatures

plugin::WebhookSignature signed_as(SignaturePreset preset, std::string header = {}) {
  plugin::WebhookSignature signature;
  signature.preset = preset;
  signature.header = std::move(header);
  return signature;
}

net::Headers with(std::initializer_list<std::pair<std::string, std::string>> fields) {
  net::Headers headers;
  for (const auto& [name, value] : fields) headers.add(name, value);
  return headers;
}

TEST(WebhookSignatures, OfGitHub) {
  // The example of GitHub's documentation.
  const auto signature = signed_as(SignaturePreset::github);
  const std::string good = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  EXPECT_EQ(signature_problem(signature, "It's a Secret to Everybody", with({{"X-Hub-Signature-256", good}}),
                              "Hello, World!", {}),
            std::nullopt);
  EXPECT_EQ(signature_problem(signature, "It's a Secret to Everybody", with({{"x-hub-signature-256", good}}),
                              "Hello, World?", {}),
            "the signature does not match the body and the secret");
  EXPECT_EQ(signature_problem(signature, "other", with({{"X-Hub-Signature-256", good}}), "Hello, World!", {}),
            "the signature does not match the body and the secret");
  EXPECT_EQ(signature_problem(signature, "s", with({}), "", {}), "the header X-Hub-Signature-256 is missing");
  EXPECT_EQ(signature_problem(signature, "", with({{"X-Hub-Signature-256", good}}), "", {}),
            "the secret of the webhook is empty");
}

TEST(WebhookSignatures, OfStripe) {
  const auto signature = signed_as(SignaturePreset::stripe);
  const Instant now{.seconds = 1'700'000'100};
  const std::string digest = base::hex_encode(security::hmac_sha256("s", "1700000000.{}"));
  const auto problem = [&](std::string header, Instant at) {
    return signature_problem(signature, "s", with({{"Stripe-Signature", std::move(header)}}), "{}", at);
  };
  EXPECT_EQ(problem("t=1700000000,v1=" + digest, now), std::nullopt);
  EXPECT_EQ(problem("t=1700000000, v1=00, v1=" + digest + ",v0=x", now), std::nullopt)
      << "while the secret is changed there are two";
  EXPECT_EQ(problem("t=1700000001,v1=" + digest, now), "the signature does not match the body and the secret")
      << "the date is signed, too";
  EXPECT_EQ(problem("v1=" + digest, now), "the signed date is missing or not a number of seconds");
  EXPECT_EQ(problem("t=soon,v1=" + digest, now), "the signed date is missing or not a number of seconds");
  EXPECT_EQ(problem("t=1700000000", now), "the signature does not match the body and the secret");
  EXPECT_THAT(problem("t=1700000000,v1=" + digest, {.seconds = 1'700'000'301}).value_or(""), HasSubstr("301 s away"))
      << "it was sent again";
  EXPECT_THAT(problem("t=1700000000,v1=" + digest, {.seconds = 1'699'999'699}).value_or(""),
              HasSubstr("more than the tolerance of 300 s"));
  EXPECT_EQ(problem("t=1700000000,v1=" + digest, {.seconds = 1'700'000'300}), std::nullopt);
}

TEST(WebhookSignatures, OfSlack) {
  // The example of Slack's documentation.
  const auto signature = signed_as(SignaturePreset::slack);
  const std::string body =
      "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name="
      "foobar&user_id=U2CERLKJA&user_name=roadrunner&"
      "command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%"
      "2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id="
      "398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
  const std::string good = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
  const auto problem = [&](std::string given, std::string date, int64_t now) {
    return signature_problem(signature, "8f742231b10e8888abcd99yyyzzz85a5",
                             with({{"X-Slack-Signature", given}, {"X-Slack-Request-Timestamp", date}}), body,
                             {.seconds = now});
  };
  EXPECT_EQ(problem(good, "1531420618", 1'531'420'618), std::nullopt);
  EXPECT_EQ(problem(good, "1531420619", 1'531'420'618), "the signature does not match the body and the secret");
  EXPECT_EQ(problem(good.substr(3), "1531420618", 1'531'420'618),
            "the signature does not match the body and the secret");
  EXPECT_NE(problem(good, "1531420618", 1'531'430'618), std::nullopt);
  EXPECT_NE(problem(good, "", 1'531'420'618), std::nullopt);
}

TEST(WebhookSignatures, OfOtherSenders) {
  const auto signature = signed_as(SignaturePreset::generic, "X-Sign");
  const std::string digest = security::hmac_sha256("s", "body");
  for (const std::string& given :
       {base::hex_encode(digest), "sha256=" + base::hex_encode(digest), base::base64_encode(digest)}) {
    EXPECT_EQ(signature_problem(signature, "s", with({{"X-Sign", given}}), "body", {}), std::nullopt) << given;
  }
  EXPECT_NE(signature_problem(signature, "s", with({{"X-Sign", ""}}), "body", {}), std::nullopt);
}

TEST(WebhookSignatures, AcceptOrRefuseRequests) {
  test::HarnessOptions options;
  options.secrets = {"SECRET_HOOK=" + base::base64_encode("s3cret")};
  Harness harness(std::move(options));
  harness.deploy(hooked("    signature: {preset: GITHUB, secret: \"{{ secret('HOOK') }}\"}\n"));
  const std::string good = "sha256=" + base::hex_encode(security::hmac_sha256("s3cret", "{\"a\": 1}"));
  const Value variables = variables_of(harness.call(post("{\"a\": 1}", {{"X-Hub-Signature-256", good}})));
  EXPECT_EQ(*variables.find("body"), Value::map({{"a", Value::integer(1)}})) << "the body is read once, and there";
  const Reply refused = harness.call(post("{\"a\": 2}", {{"X-Hub-Signature-256", good}}));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.text({"code"}), "GYR-T010");
  EXPECT_THAT(refused.body, Not(HasSubstr("secret"))) << "the caller learns no reason";
  EXPECT_EQ(harness.call(post("{}")).status, 401);
  EXPECT_THAT(refusals(harness, 2),
              ElementsAre(HasSubstr("was refused: the signature does not match the body and the secret"),
                          HasSubstr("was refused: the header X-Hub-Signature-256 is missing")));
}

TEST(WebhookSignatures, WithoutTheirSecretRefuseAllRequests) {
  Harness harness;
  harness.deploy(hooked("    signature: {header: X-Sign, secret: \"{{ secret('NONE') }}\"}\n"));
  EXPECT_EQ(harness.call(post("{}", {{"X-Sign", base::hex_encode(security::hmac_sha256("", "{}"))}})).status, 401);
  EXPECT_THAT(refusals(harness, 1)[0], HasSubstr("cannot render the secret"));
}

// ---- rates

TEST(CallCounters, LimitTheCallsWithinAnyPeriod) {
  CallCounter counter;
  const auto minute = base::Duration::of_seconds(60);
  EXPECT_EQ(counter.count("a", 2, minute, {.seconds = 0}), std::nullopt);
  EXPECT_EQ(counter.count("a", 2, minute, {.seconds = 50}), std::nullopt);
  EXPECT_EQ(counter.count("a", 2, minute, {.seconds = 59}), base::Duration::of_seconds(1));
  EXPECT_EQ(counter.count("b", 2, minute, {.seconds = 59}), std::nullopt) << "each name counts for itself";
  EXPECT_EQ(counter.count("a", 2, minute, {.seconds = 60}), std::nullopt) << "the first is a minute ago";
  EXPECT_EQ(counter.count("a", 2, minute, {.seconds = 61}), base::Duration::of_seconds(49))
      << "not two and two around a full minute";
  EXPECT_EQ(counter.count("a", 2, minute, {.seconds = 5}), std::nullopt)
      << "a clock that was set back keeps nobody out";
}

TEST(Webhooks, RefuseCallsAboveTheRate) {
  Harness harness;
  harness.deploy(hooked("    rateLimit: {requests: 2, per: PT1H}\n"));
  EXPECT_EQ(harness.call(post("{}")).status, 200);
  EXPECT_EQ(harness.call(post("{}")).status, 200);
  const Reply refused = harness.call(post("{}"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.text({"code"}), "GYR-T011");
  const std::string wait = refused.header("Retry-After");
  EXPECT_GT(std::stoi(wait), 3500);
  EXPECT_LE(std::stoi(wait), 3600);
  EXPECT_THAT(refusals(harness, 1), ElementsAre("Too many calls: the webhook accepts 2 in 3600 s"));
}

TEST(Webhooks, LogOnlySomeOfManyRefusals) {
  Harness harness;
  harness.deploy(hooked("    signature: {header: X-Sign, secret: s}\n"));
  for (int i = 0; i < 30; ++i) EXPECT_EQ(harness.call(post("{}")).status, 401);
  EXPECT_THAT(refusals(harness, 20), SizeIs(20));
}

TEST(Webhooks, LogInvalidInputs) {  // TRIG-100
  Harness harness;
  harness.deploy("inputs:\n  - {id: n, type: INT}\n" + hooked("    inputs: {n: \"{{ trigger.body.n }}\"}\n"));
  EXPECT_EQ(harness.call(post("{\"n\": 1}")).status, 200);
  EXPECT_EQ(harness.call(post("{\"n\": \"many\"}")).status, 422);
  EXPECT_EQ(harness.call(post("{}")).status, 422);
  EXPECT_THAT(refusals(harness, 2), ElementsAre(HasSubstr("A call started no execution: "),
                                                HasSubstr("because its inputs cannot be rendered: ")));
}

}  // namespace
}  // namespace gyr::web
