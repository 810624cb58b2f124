#include "plugins/core/http/address.h"
#include "plugins/core/http/charset.h"
#include "plugins/core/http/download_name.h"
#include "plugins/testing/fake_http_client.h"
#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using model::LogLevel;

class HttpTasks : public TaskTest {
 protected:
  HttpTasks() { context->given_http = &http; }
  static std::string request(std::string_view more) {
    return fmt::format("{{id: t, type: io.kestra.plugin.core.http.Request, uri: 'http://host/x', {}}}", more);
  }
  const net::ClientRequest& sent(std::string_view more) {
    EXPECT_TRUE(run(request(more)).has_value());
    return http.requests.back();
  }
  std::string header(const net::ClientRequest& request, std::string_view name) {
    return std::string(request.headers.get(name).value_or("<none>"));
  }
  FakeHttpClient http;
};

TEST_F(HttpTasks, ReturnsTheResponse) {  // CORE-23, CORE-10
  http.answer = {.status = 201, .headers = {}, .body = "{\"a\": 1}"};
  http.answer.headers.add("X-Many", "b");
  http.answer.headers.add("Content-Type", "application/json");
  http.answer.headers.add("x-many", "a");
  EXPECT_EQ(outputs(R"({id: t, type: io.kestra.plugin.core.http.Request, uri: "http://host/{{ flow.id }} x?y=1"})"),
            json(R"({"uri": "http://host/flow%20x?y=1", "code": 201, "body": "{\"a\": 1}",
                     "headers": {"content-type": ["application/json"], "x-many": ["b", "a"]}})"));
}

TEST_F(HttpTasks, HasDefaults) {  // CORE-8, CORE-10, CORE-12
  const net::ClientRequest& plain = sent("method: GET");
  EXPECT_EQ(plain.method, "GET");
  EXPECT_EQ(plain.url, "http://host/x");
  EXPECT_EQ(header(plain, "User-Agent"), "Kestra");
  EXPECT_EQ(header(plain, "Content-Type"), "application/json");
  EXPECT_EQ(plain.body, "");
  EXPECT_TRUE(plain.follow_redirects);
  EXPECT_TRUE(plain.verify_tls);
  EXPECT_EQ(plain.connect_timeout.count(), 0);
  EXPECT_EQ(plain.read_idle_timeout, std::chrono::minutes(5));
  EXPECT_EQ(plain.proxy, "");
}

TEST_F(HttpTasks, SendsVerbHeadersAndBody) {  // CORE-8, CORE-11
  const net::ClientRequest& own =
      sent(R"(method: pAtch, body: '{"k": "é {{ 1 + 1 }}"}', headers: {X-Flow: "{{ flow.id }}", user-agent: mine})");
  EXPECT_EQ(own.method, "pAtch");
  EXPECT_EQ(own.body, "{\"k\": \"é 2\"}");
  EXPECT_EQ(header(own, "Content-Type"), "application/json; charset=UTF-8");
  EXPECT_EQ(header(own, "User-Agent"), "mine");
  EXPECT_EQ(header(own, "X-Flow"), "flow");
  EXPECT_EQ(header(sent("method: POST, body: x, headers: {content-type: text/css}"), "Content-Type"), "text/css");
  const net::ClientRequest& latin =
      sent("method: PUT, body: é, contentType: text/plain, options: {defaultCharset: ISO-8859-1}");
  EXPECT_EQ(latin.body, "\xe9");
  EXPECT_EQ(header(latin, "Content-Type"), "text/plain; charset=ISO-8859-1");
  EXPECT_EQ(sent("method: POST, body: {a: \"{{ 1 }}\"}").body, "{\"a\":\"1\"}");
  EXPECT_EQ(header(sent("method: POST, body: ''"), "Content-Type"), "application/json; charset=UTF-8");
}

TEST_F(HttpTasks, AddsParameters) {  // CORE-8
  EXPECT_EQ(sent("params: {z: \"{{ 1 + 1 }}\", l: ['1', two], e: 'é &=', n: 3, b: true}").url,
            "http://host/x?z=2&l=1&l=two&e=%C3%A9%20%26%3D&n=3&b=true");
  EXPECT_EQ(sent("params: \"{{ {'a': 'b'} }}\"").url, "http://host/x?a=b");
  EXPECT_FALSE(run(request("params: [a]")).has_value());
}

TEST_F(HttpTasks, SendsForms) {  // CORE-11
  const net::ClientRequest& form = sent("method: POST, formData: {a: '1 2', b: 'x&y=z', n: 3, u: 'é€'}");
  EXPECT_EQ(form.body, "a=1+2&b=x%26y%3Dz&n=3&u=%C3%A9%E2%82%AC");
  EXPECT_TRUE(header(form, "Content-Type").starts_with("application/x-www-form-urlencoded"));
  EXPECT_EQ(sent("method: POST, body: text, formData: {}").body, "text");
}

TEST_F(HttpTasks, SendsMultipartFormsWithFiles) {  // CORE-11
  std::string file = context->fake_files.put("file.txt", "words");
  const net::ClientRequest& multi = sent(fmt::format(
      "method: POST, contentType: multipart/form-data, formData: {{text: '1 2', file: '{0}', "
      "named: {{name: my.txt, content: '{0}'}}, map: {{x: 1}}, number: 3, inline: {{name: n.txt, content: plain}}}}",
      file));
  ASSERT_EQ(multi.multipart.size(), 6U);
  EXPECT_EQ(multi.multipart[0].name, "text");
  EXPECT_EQ(multi.multipart[0].value, "1 2");
  EXPECT_EQ(multi.multipart[0].file_name, "");
  EXPECT_TRUE(multi.multipart[1].file_name.ends_with(".txt"));
  EXPECT_EQ(http.sent_files[1], "words");
  EXPECT_EQ(multi.multipart[2].file_name, "my.txt");
  EXPECT_EQ(http.sent_files[2], "words");
  EXPECT_EQ(multi.multipart[3].value, "{\"x\":1}");
  EXPECT_EQ(multi.multipart[4].value, "3");
  EXPECT_EQ(multi.multipart[5].file_name, "n.txt");
  EXPECT_EQ(multi.multipart[5].value, "plain");
  EXPECT_EQ(header(multi, "Content-Type"), "<none>") << "the client writes it, with its boundary";
  EXPECT_FALSE(
      run(request("method: POST, contentType: multipart/form-data, formData: {f: 'kestra:///none'}")).has_value());
}

TEST_F(HttpTasks, SendsCredentials) {  // CORE-12, CORE-13
  const net::ClientRequest& basic = sent("options: {auth: {type: BASIC, username: u, password: \"p{{ 1 }}\"}}");
  EXPECT_EQ(basic.basic_user, "u");
  EXPECT_EQ(basic.basic_password, "p1");
  EXPECT_FALSE(basic.digest);
  EXPECT_EQ(sent("options: {auth: {type: BEARER, token: \"{{ flow.id }}\"}}").bearer, "flow");
  EXPECT_TRUE(sent("options: {auth: {type: DIGEST, username: u, password: p}}").digest);
  EXPECT_EQ(sent("options: {basicAuthUser: u, basicAuthPassword: p}").basic_password, "p");
  const net::ClientRequest& own = sent("headers: {authorization: mine}, options: {auth: {type: BEARER, token: t}}");
  EXPECT_EQ(own.bearer, "");
  EXPECT_EQ(header(own, "Authorization"), "mine");
  EXPECT_FALSE(problems(request("options: {auth: {type: MAGIC}}")).empty());
  EXPECT_FALSE(problems(request("auth: {type: BASIC}")).empty()) << "CORE-8: unknown on the task itself";
}

TEST_F(HttpTasks, HasOptions) {  // CORE-12, CORE-13
  const net::ClientRequest& set = sent(
      "options: {timeout: {connectTimeout: PT2S, readIdleTimeout: PT0.4S}, followRedirects: false, ssl: "
      "{insecureTrustAllCertificates: true}}");
  EXPECT_EQ(set.connect_timeout, std::chrono::seconds(2));
  EXPECT_EQ(set.read_idle_timeout, std::chrono::milliseconds(400));
  EXPECT_FALSE(set.follow_redirects);
  EXPECT_FALSE(set.verify_tls);
  const net::ClientRequest& old = sent(
      "options: {connectTimeout: PT5S, readTimeout: PT0.4S, maxContentLength: 10, readIdleTimeout: PT1S, "
      "connectionPoolIdleTimeout: PT1S}");
  EXPECT_EQ(old.connect_timeout, std::chrono::seconds(5));
  EXPECT_EQ(old.read_idle_timeout, std::chrono::milliseconds(400));
  EXPECT_FALSE(sent("sslOptions: {insecureTrustAllCertificates: true}").verify_tls);
  EXPECT_EQ(sent("options: {timeout: {readIdleTimeout: PT0S}}").read_idle_timeout.count(), 1)
      << "0 would mean no limit";
}

TEST_F(HttpTasks, UsesProxies) {  // CORE-12
  const net::ClientRequest& proxy =
      sent("options: {proxy: {type: HTTP, address: p.host, port: 3128, username: u, password: w}}");
  EXPECT_EQ(proxy.proxy, "http://p.host:3128");
  EXPECT_EQ(proxy.proxy_user, "u");
  EXPECT_EQ(proxy.proxy_password, "w");
  EXPECT_EQ(sent("options: {proxy: {type: SOCKS, address: p.host, port: 1080}}").proxy, "socks5h://p.host:1080");
  EXPECT_EQ(sent("options: {proxyType: HTTP, proxyAddress: p, proxyPort: 1}").proxy, "http://p:1");
  EXPECT_EQ(sent("options: {proxy: {type: HTTP, port: 1}}").proxy, "");
  EXPECT_NE(failure(request("options: {proxy: {address: p.host}}")).find("DIRECT"), std::string::npos);
  EXPECT_FALSE(run(request("options: {proxy: {type: HTTP, address: p, port: 70000}}")).has_value());
}

TEST_F(HttpTasks, FailsOnErrorStatuses) {  // CORE-14
  http.answer = {.status = 404, .body = "the reason"};
  auto result = run(request("method: GET"));
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().error.code().text, "GYR-P040");
  EXPECT_NE(result.error().error.message().find("404"), std::string::npos);
  EXPECT_NE(result.error().error.message().find("the reason"), std::string::npos);
  EXPECT_NE(result.error().error.message().find("http://host/x"), std::string::npos);
  EXPECT_TRUE(result.error().outputs.is_null());
  http.answer.body = std::string(1'000'000, 'y');
  EXPECT_LT(failure(request("method: GET")).size(), 10'000U);
  for (std::string_view allow :
       {"options: {allowFailed: true}", "allowFailed: true", "options: {allowedResponseCodes: [200, 404]}"}) {
    EXPECT_EQ(outputs(request(allow)).find("code")->as_integer(), 404) << allow;
  }
}

TEST_F(HttpTasks, AllowedCodesDecideAlone) {  // CORE-12
  http.answer.status = 201;
  EXPECT_FALSE(run(request("options: {allowedResponseCodes: [200, 404]}")).has_value());
  EXPECT_FALSE(run(request("options: {allowedResponseCodes: [200], allowFailed: true}")).has_value());
  EXPECT_TRUE(run(request("options: {allowedResponseCodes: []}")).has_value());
}

TEST_F(HttpTasks, SendsAgainOnceAfter429And503) {  // CORE-14
  net::ClientResponse busy{.status = 503, .body = "busy"};
  busy.headers.add("Retry-After", "0");
  http.answers = {busy, {.status = 200, .body = "fine"}};
  EXPECT_EQ(outputs(request("method: POST, body: x")).find("body")->text(), "fine");
  EXPECT_EQ(http.requests.size(), 2U);
  EXPECT_EQ(http.requests[1].body, "x");
  busy.status = 429;
  http.answers = {busy, busy, busy};
  EXPECT_FALSE(run(request("method: GET")).has_value());
  EXPECT_EQ(http.requests.size(), 4U) << "once more, not for ever";
  http.answers = {{.status = 500}};
  EXPECT_FALSE(run(request("method: GET")).has_value());
  EXPECT_EQ(http.requests.size(), 5U);
}

TEST_F(HttpTasks, ErrorsOfTheConnectionFailTheTask) {  // CORE-14
  http.error = base::Error(net::connection_failed, "Connect to host failed: Connection refused");
  EXPECT_NE(failure(request("options: {allowFailed: true}")).find("refused"), std::string::npos);
}

TEST_F(HttpTasks, NoContentHasNoBody) {  // CORE-23
  http.answer = {.status = 204};
  EXPECT_EQ(outputs(request("method: GET")).find("body"), nullptr);
  http.answer = {.status = 200};
  EXPECT_EQ(outputs(request("method: HEAD")).find("body"), nullptr);
  EXPECT_EQ(outputs(request("method: GET")).find("body")->text(), "");
}

TEST_F(HttpTasks, DecodesTheBody) {  // CORE-23
  http.answer = {.status = 200, .body = "\xe9"};
  http.answer.headers.set("Content-Type", "text/plain; charset=\"ISO-8859-1\"");
  EXPECT_EQ(outputs(request("method: GET")).find("body")->text(), "é");
  http.answer.headers.set("Content-Type", "text/plain");
  EXPECT_EQ(outputs(request("options: {defaultCharset: ISO-8859-1}")).find("body")->text(), "é");
  EXPECT_EQ(outputs(request("method: GET")).find("body")->text(), "\uFFFD");
  http.answer.headers.set("Content-Type", "text/plain; charset=no-such-thing");
  EXPECT_EQ(outputs(request("method: GET")).find("body")->text(), "\uFFFD");
  EXPECT_NE(failure(request("options: {defaultCharset: no-such-thing}")).find("no-such-thing"), std::string::npos);
}

TEST_F(HttpTasks, EncryptsTheBody) {  // CORE-23
  context->host = [](std::string_view function, const Value& arguments) -> base::Result<Value> {
    EXPECT_EQ(function, "encrypt");
    return Value::map({{"type", text("io.kestra.datatype:aes_encrypted")},
                       {"value", text("enc:" + std::string(arguments.find("value")->text()))}});
  };
  Value given = outputs(request("encryptBody: true"));
  EXPECT_EQ(given.find("body"), nullptr);
  EXPECT_EQ(given.find("encryptedBody")->find("value")->text(), "enc:ok");
  context->host = nullptr;
  EXPECT_FALSE(run(request("encryptBody: true")).has_value());
}

TEST_F(HttpTasks, PublishesMetrics) {  // CORE-20
  http.answer = {.status = 201, .body = "12345678"};
  EXPECT_TRUE(run(request("method: POST, body: x")).has_value());
  EXPECT_EQ(context->metric_value("response.length"), 8);
  EXPECT_EQ(context->metric_value("request.count"), 1);
  EXPECT_EQ(
      context->metrics[0].tags,
      json(
          R"({"request.method": "POST", "request.scheme": "http", "request.hostname": "host", "response.code": "201"})"));
}

TEST_F(HttpTasks, LogsTheRequestedPartsWithoutCredentials) {  // CORE-12
  http.answer.headers.add("X-Answer", "yes");
  http.answer.headers.add("Set-Cookie", "hiddencookie");
  sent("method: POST, body: thebodyout, headers: {X-Ask: me}");
  for (const auto& line : context->logged) EXPECT_EQ(line.message.find("thebody"), std::string::npos);
  context->logged.clear();
  sent(
      "method: POST, body: thebodyout, headers: {X-Ask: me}, "
      "options: {logs: [REQUEST_HEADERS, REQUEST_BODY, RESPONSE_HEADERS, RESPONSE_BODY], auth: {type: BEARER, token: "
      "hiddenword}}");
  std::string all;
  for (const auto& line : context->logged) all += line.message + "\n";
  for (std::string_view word : {"X-Ask: me", "X-Answer: yes", "thebodyout", "Authorization: ******"})
    EXPECT_NE(all.find(word), std::string::npos) << word;
  for (std::string_view secret : {"hiddenword", "hiddencookie"})
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  EXPECT_EQ(context->lines(LogLevel::trace).size(), 2U);
  context->logged.clear();
  sent("options: {logLevel: INFO}");
  EXPECT_EQ(context->lines(LogLevel::debug).size(), 2U) << "the answer's line and its headers";
}

TEST_F(HttpTasks, RefusesInvalidUrls) {  // CORE-8
  for (std::string_view uri : {"nope", "127.0.0.1/x", "ftp://h/x", "http://", "http:///x", "", "http://h/{x}",
                               "http://h/\\nx", "file:///etc/passwd"}) {
    EXPECT_FALSE(run(fmt::format("{{id: t, type: io.kestra.plugin.core.http.Request, uri: \"{}\"}}", uri)).has_value())
        << uri;
  }
  EXPECT_TRUE(http.requests.empty());
}

// ---------------------------------------------------------------------------------------------- Download (CORE-24)

class Downloads : public HttpTasks {
 protected:
  static std::string download(std::string_view more) {
    return fmt::format("{{id: t, type: io.kestra.plugin.core.http.Download, uri: 'http://host/a/file.csv?x=1', {}}}",
                       more);
  }
  const std::string& stored(const Value& outputs) {
    return context->fake_files.stored.at(std::string(outputs.find("uri")->text()));
  }
};

TEST_F(Downloads, StoresTheBody) {
  http.answer = {.status = 200, .body = std::string("a\0\xff", 3)};
  Value given = outputs(download("method: GET"));
  EXPECT_EQ(stored(given), std::string("a\0\xff", 3));
  EXPECT_TRUE(given.find("uri")->text().ends_with(".csv")) << given.find("uri")->text();
  EXPECT_EQ(given.find("length")->as_integer(), 3);
  EXPECT_EQ(given.find("code")->as_integer(), 200);
  EXPECT_EQ(http.requests[0].max_body_bytes, 0U);
  EXPECT_EQ(context->metric_value("response.length"), 3);
}

TEST_F(Downloads, NamesTheFile) {
  http.answer.headers.add("Content-Disposition",
                          "attachment; filename=\"plain.txt\"; filename*=UTF-8''na%20me%C3%A9.txt");
  EXPECT_TRUE(outputs(download("method: GET")).find("uri")->text().ends_with("/na%20me%C3%A9.txt"));
  EXPECT_TRUE(outputs(download("saveAs: 'my file.csv'")).find("uri")->text().ends_with("/my%20file.csv"));
  for (std::string_view name : {"../x", "a/b", "..", "''"}) {
    size_t before = http.requests.size();
    EXPECT_FALSE(run(download(fmt::format("saveAs: {}", name))).has_value()) << name;
    EXPECT_EQ(http.requests.size(), before) << "refused before anything is asked for";
  }
}

TEST_F(Downloads, RefusesEmptyBodies) {
  http.answer.body.clear();
  EXPECT_EQ(failure(download("method: GET")), "No response from server");
  EXPECT_EQ(stored(outputs(download("failOnEmptyResponse: false"))), "");
  EXPECT_EQ(stored(outputs(download("options: {allowFailed: true}"))), "");
  EXPECT_EQ(context->lines(LogLevel::warn).size(), 2U);
}

TEST_F(Downloads, FailsOnErrorStatuses) {
  http.answer = {.status = 404, .body = "the reason"};
  std::string message = failure(download("method: GET"));
  EXPECT_NE(message.find("404"), std::string::npos);
  EXPECT_NE(message.find("the reason"), std::string::npos);
  EXPECT_TRUE(context->fake_files.stored.empty());
  EXPECT_EQ(stored(outputs(download("options: {allowFailed: true}"))), "the reason");
}

TEST(DownloadName, ReadsDispositions) {
  using core::name_in_disposition;
  EXPECT_EQ(name_in_disposition("attachment; filename=a.txt"), "a.txt");
  EXPECT_EQ(name_in_disposition("attachment; FileName = \"a \\\"b\\\".txt\" ; size=5"), "a \"b\".txt");
  EXPECT_EQ(name_in_disposition("attachment; filename=\"../../etc/passwd\""), "passwd");
  EXPECT_EQ(name_in_disposition("attachment; filename=\"c:\\\\dir\\\\f.txt\""), "f.txt");
  EXPECT_EQ(name_in_disposition("attachment; filename*=UTF-8''%2e%2e%2fx"), "x");
  for (std::string_view none :
       {"", "attachment", "attachment;", "attachment; filename", "attachment; filename=", "attachment; filename=..",
        "attachment; filename=\"", "attachment; filename=a/", ";;;=;"}) {
    EXPECT_EQ(name_in_disposition(none), std::nullopt) << none;
  }
  EXPECT_EQ(name_in_disposition("a; filename*=UTF-8''%ff%00x"), "\uFFFDx");
  EXPECT_EQ(name_in_disposition("a; filename*=UTF-8''x%4"), std::nullopt) << "no name is better than half of one";
  EXPECT_EQ(name_in_disposition("a; filename*=UTF-8''%zz; filename=plain.txt"), "plain.txt");
}

TEST(DownloadName, FindsExtensions) {
  using core::extension_of_address;
  EXPECT_EQ(extension_of_address("http://h/a/b.csv?x=1.y#z.w"), ".csv");
  EXPECT_EQ(extension_of_address("http://host.com"), "");
  EXPECT_EQ(extension_of_address("http://host.com/"), "");
  EXPECT_EQ(extension_of_address("http://h/a.b/c"), "");
  EXPECT_EQ(extension_of_address("http://h/.hidden"), "");
  EXPECT_EQ(extension_of_address("http://h/x."), "");
  EXPECT_EQ(extension_of_address("http://h/x.abcdefghijklmnopqrstuvw"), "");
}

TEST(HttpAddressTest, TakesAddressesApart) {
  auto built = core::build_address("HTTPS://user:pw@[::1]:8443/ä?x#frag", Value::map({{"p", text("1")}}));
  ASSERT_TRUE(built.has_value());
  EXPECT_EQ(built->uri, "HTTPS://user:pw@[::1]:8443/%C3%A4?x&p=1#frag");
  EXPECT_EQ(built->scheme, "https");
  EXPECT_EQ(built->host, "::1");
  EXPECT_EQ(core::build_address("http://h?", Value::map({{"a", Value()}}))->uri, "http://h?a=");
  EXPECT_EQ(core::build_address("http://h", Value::empty_map())->uri, "http://h");
}

TEST(HttpCharsetTest, ReadsTheParameter) {
  EXPECT_EQ(core::charset_of("text/html; Charset=utf-16"), "utf-16");
  EXPECT_EQ(core::charset_of("text/html;a=b; charset=\"x\" ; c=d"), "x");
  EXPECT_EQ(core::charset_of("text/html; charset="), std::nullopt);
  EXPECT_EQ(core::charset_of(""), std::nullopt);
  EXPECT_EQ(*core::decode_text(*core::encode_text("añ€", "UTF-16LE"), "UTF-16LE"), "añ€");
  EXPECT_EQ(*core::encode_text("€é", "ISO-8859-1"), "?\xe9");
  std::string long_text(100'000, 'a');
  EXPECT_EQ(*core::encode_text(long_text + "é", "ISO-8859-1"), long_text + "\xe9");
}

}  // namespace
}  // namespace gyr::plugins::testing
