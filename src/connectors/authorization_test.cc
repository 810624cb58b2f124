// Ways to authenticate and kinds of bodies (PLUG-711, PLUG-712).
#include <gmock/gmock.h>

#include <filesystem>

#include "connectors/oauth1.h"
#include "connectors/testing/run_task.h"
#include "plugins/testing/fake_http_client.h"

namespace gyr::connectors {
namespace {

using base::Value;
using ::testing::AllOf;
using testing::ConnectorBench;
using ::testing::Contains;
using ::testing::HasSubstr;

OAuth1 photos(OAuth1Method method) {
  return {.method = method,
          .consumer_key = "dpf43f3p2l4k3l03",
          .consumer_secret = "kd94hf93k423kf44",
          .token = "nnch734d00sl2jdk",
          .token_secret = "pfkkdhi9sl3r4s00",
          .nonce = "chapoH",
          .timestamp = 137131202};
}

TEST(OAuth1, SignsAsTheRfcDoes) {  // RFC 5849, 1.2 and 3.4.1.1
  const OAuth1 request{.method = OAuth1Method::hmac_sha1,
                       .consumer_key = "9djdj82h48djs9d2",
                       .consumer_secret = "",
                       .token = "kkk9d7dh3k39sjv7",
                       .token_secret = "",
                       .nonce = "7d8f3e4a",
                       .timestamp = 137131201};
  auto text =
      oauth1_base_string(request, "POST", "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q");
  ASSERT_TRUE(text.has_value()) << text.error().message();
  EXPECT_EQ(*text,
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540"
            "%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3D"
            "HMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7");
  auto header = oauth1_header(photos(OAuth1Method::hmac_sha1), "GET",
                              "http://photos.example.net/photos?file=vacation.jpg&size=original", "");
  ASSERT_TRUE(header.has_value()) << header.error().message();
  EXPECT_THAT(*header, HasSubstr(R"(oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D")"));
  EXPECT_THAT(*header, AllOf(HasSubstr(R"(OAuth oauth_consumer_key="dpf43f3p2l4k3l03")"),
                             HasSubstr(R"(oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131202")")));
  auto plain = oauth1_header(photos(OAuth1Method::plaintext), "GET", "https://h.example/", "");
  ASSERT_TRUE(plain.has_value());
  EXPECT_THAT(*plain, HasSubstr(R"(oauth_signature="kd94hf93k423kf44%26pfkkdhi9sl3r4s00")"));
  EXPECT_FALSE(oauth1_header(photos(OAuth1Method::hmac_sha1), "GET", "no address", "").has_value());
}

/// A connector with this `auth`, a test, and two others so that there is one of each kind.
std::string with_auth(std::string_view auth, std::string_view exchanges, std::string_view end = "outputs: {}") {
  return fmt::format(R"(connector: c
title: C
http:
  base: "https://h.example"
  auth:
    - {}
elements:
  - type: a.B
    title: T
    example: "{{}}"
    steps:
      - {{id: get, request: {{path: [x]}}}}
    tests:
      - {{name: good, exchanges: [{}], {}}}
      - {{name: bad, exchanges: [], error: "no exchange is recorded"}}
      - {{name: other, exchanges: [], outputs: {{}}}}
)",
                     auth, exchanges, end);
}

/// The problem of its first test.
std::string auth_problem(const std::string& text) {
  base::Result<void> loaded;
  const auto results = replay("c.yaml", text, &loaded);
  if (!loaded) return loaded.error().message();
  return results.front().problem;
}

constexpr std::string_view token_request =
    R"({request: {method: POST, url: "https://h.example/token", form: "FORM"}, response: {json: {access_token: TOKEN, expires_in: 3600}}},
       {request: {method: GET, url: "https://h.example/x", headers: {Authorization: Bearer TOKEN}}, response: {json: {}}})";

std::string token_exchanges(std::string_view form, std::string_view token) {
  std::string text(token_request);
  for (auto [from, to] :
       {std::pair<std::string_view, std::string_view>{"FORM", form}, {"TOKEN", token}, {"TOKEN", token}})
    text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(ConnectorAuth, AsksForTokens) {  // PLUG-711
  EXPECT_EQ(
      auth_problem(with_auth(
          R"({type: oauth2Client, tokenUrl: "https://h.example/token", clientId: c1, clientSecret: s, scope: a b})",
          token_exchanges("grant_type=client_credentials&client_id=c1&client_secret=s&scope=a%20b", "t1"))),
      "");
  EXPECT_EQ(
      auth_problem(with_auth(R"({type: oauth2Refresh, tokenUrl: "https://h.example/token", clientId: c2, token: r})",
                             token_exchanges("grant_type=refresh_token&client_id=c2&refresh_token=r", "t2"))),
      "");
  EXPECT_EQ(auth_problem(
                with_auth(R"({type: query, name: key, value: a&b})",
                          R"({request: {method: GET, url: "https://h.example/x?key=a%26b"}, response: {json: {}}})")),
            "");
  EXPECT_EQ(
      auth_problem(with_auth(
          R"({type: oauth2Client, tokenUrl: "https://h.example/token", clientId: c3, clientSecret: s})",
          R"({request: {method: POST, url: "https://h.example/token"}, response: {status: 400, json: {error: invalid_client}}})",
          "error: \"C: cannot log in: 400: invalid_client\"")),
      "");
  EXPECT_EQ(auth_problem(with_auth(R"({type: jwtBearer, claims: {iss: me}, privateKey: no key})", "",
                                   "error: \"`privateKey` is not an RSA private key\"")),
            "");
}

TEST(ConnectorAuth, OpensSessionsAgain) {  // PLUG-711
  EXPECT_EQ(
      auth_problem(with_auth(
          R"({type: session, login: {method: POST, path: [login], form: {u: one}}, name: SID, cookie: true})",
          R"({request: {method: POST, url: "https://h.example/login", form: u=one}, response: {headers: {Set-Cookie: "SID=old; Path=/"}}},
                   {request: {method: GET, url: "https://h.example/x", headers: {Cookie: SID=old}}, response: {status: 401}},
                   {request: {method: POST, url: "https://h.example/login", form: u=one}, response: {headers: {Set-Cookie: "SID=new"}}},
                   {request: {method: GET, url: "https://h.example/x", headers: {Cookie: SID=new}}, response: {json: {}}})")),
      "");
  EXPECT_EQ(
      auth_problem(with_auth(
          R"({type: session, login: {method: POST, path: [login], json: {u: two}}, name: X-Token, token: "{{ response.body.ticket }}"})",
          R"({request: {method: POST, url: "https://h.example/login", json: {u: two}}, response: {json: {ticket: t}}},
                   {request: {method: GET, url: "https://h.example/x", headers: {X-Token: t}}, response: {json: {}}})")),
      "");
  EXPECT_EQ(
      auth_problem(with_auth(
          R"({type: session, login: {method: POST, path: [login], form: {u: three}}, name: SID, cookie: true})",
          R"({request: {method: POST, url: "https://h.example/login"}, response: {headers: {Set-Cookie: "OTHER=x"}}})",
          "error: \"C: cannot log in: no session in the answer\"")),
      "");
  EXPECT_EQ(
      auth_problem(with_auth(
          R"({type: session, login: {method: POST, path: [login], form: {u: four}}, name: X-Token, token: "{{ response.body.t }}"})",
          R"({request: {method: POST, url: "https://h.example/login"}, response: {json: {t: "a\r\nHost: evil"}}})",
          "error: \"C: cannot log in: the session makes no sense\"")),
      "");
}

TEST(ConnectorAuth, IsCheckedWhenItIsLoaded) {
  for (auto [auth, problem] :
       {std::pair<std::string_view, std::string_view>{"{type: session, name: x, cookie: true}", "needs `login`"},
        {"{type: oauth2Client, clientId: c}", "needs `tokenUrl`"},
        {"{type: header, name: x}", "needs `value`"},
        {"{type: oauth1, clientId: c, method: MD5}", "PLAINTEXT or HMAC-SHA1"},
        {"{type: jwtBearer, privateKey: k}", "needs `claims`"}}) {
    EXPECT_THAT(auth_problem(with_auth(auth, "")), AllOf(HasSubstr("c.yaml:6: "), HasSubstr(problem))) << auth;
  }
}

constexpr std::string_view bodies_connector = R"(connector: c
title: C
http: {base: "https://h.example", tls: {certificate: "{{ props.certificate }}", key: "{{ props.key }}"}}
elements:
  - type: a.B
    title: T
    example: "{}"
    properties:
      fields: {type: map, title: F}
      items: {type: list, title: I}
      text: {title: T}
      file: {title: F}
      certificate: {title: C}
      key: {title: K}
    steps:
      - {id: parts, if: "{{ props.fields is not null }}", request: {method: POST, path: [parts], multipart: "{{ props.fields }}"}}
      - {id: lines, if: "{{ props.items is not null }}", request: {method: POST, path: [lines], ndjson: "{{ props.items }}"}}
      - {id: text, if: "{{ props.text is not null }}", request: {method: PUT, path: [text], raw: "{{ props.text }}", contentType: text/csv}}
      - {id: file, if: "{{ props.file is not null }}", request: {method: PUT, path: [file], file: "{{ props.file }}"}}
    tests:
      - name: parts
        properties: {fields: {a: "1", none: null, many: [x, "y"], f: {content: c, name: n.txt}}}
        exchanges: [{request: {method: POST, url: "https://h.example/parts", multipart: [a=1, many=x, many=y, "f=@n.txt"]}, response: {json: {}}}]
        outputs: {}
      - name: lines
        properties: {items: [1, {a: b}]}
        exchanges: [{request: {method: POST, url: "https://h.example/lines", text: "1\n{\"a\":\"b\"}\n", headers: {Content-Type: application/x-ndjson}}, response: {json: {}}}]
        outputs: {}
      - name: text
        properties: {text: "a;b"}
        exchanges: [{request: {method: PUT, url: "https://h.example/text", text: a;b, headers: {Content-Type: text/csv}}, response: {json: {}}}]
        outputs: {}
      - name: no storage
        properties: {file: "kestra:///f"}
        error: internal storage is not available
)";

TEST(ConnectorBodies, HaveTheirForms) {  // PLUG-712
  base::Result<void> loaded;
  for (const ReplayResult& result : replay("c.yaml", bodies_connector, &loaded))
    EXPECT_EQ(result.problem, "") << result.test;
  EXPECT_TRUE(loaded.has_value()) << loaded.error().message();
  std::string two(bodies_connector);
  two.replace(two.find("ndjson:"), 7, "raw: x, ndjson:");
  EXPECT_THAT(read_definition("c.yaml", two).error().message(),
              HasSubstr("c.yaml:17: the step `lines` of a.B has two bodies"));
}

TEST(ConnectorBodies, AreFiles) {  // PLUG-712, and mTLS of PLUG-711
  ConnectorBench bench(bodies_connector);
  plugins::testing::FakeHttpClient http;
  const std::string uri = bench.context.fake_files.put("rows.csv", "content");
  auto problem = [&](const std::string& properties) {
    auto result = bench.run(http, properties);
    return result ? std::string() : result.error().error.message();
  };
  EXPECT_EQ(problem(fmt::format("file: '{}', certificate: CERT, key: KEY", uri)), "");
  const net::ClientRequest sent = http.requests.back();
  ASSERT_TRUE(sent.body_file.has_value());
  EXPECT_EQ(sent.headers.get("Content-Type"), "application/octet-stream");
  EXPECT_EQ(sent.client_certificate_pem, "CERT");
  EXPECT_EQ(sent.client_key_pem, "KEY");
  EXPECT_THAT(bench.context.masked, Contains("KEY"));
  EXPECT_EQ(problem(fmt::format("fields: {{f: {{file: '{}'}}, g: {{file: '{}'}}}}", uri, uri)), "");
  const auto parts = http.requests.back().multipart;
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].file_name, "rows.csv");
  EXPECT_EQ(http.sent_files, (std::vector<std::string>{"content", "content"}));
  EXPECT_EQ(parts[0].file, parts[1].file) << "the same file is copied twice";
  EXPECT_THAT(problem("file: 'kestra:///none'"), HasSubstr("there is no file"));
  auto left = bench.context.fake_files.working_directory();
  ASSERT_TRUE(left.has_value());
  EXPECT_TRUE(std::filesystem::is_empty(*left)) << "a copy stays behind";
}

TEST(ConnectorAuth, TokensNeedTheCertificatesToo) {  // PLUG-711
  ConnectorBench bench(R"(connector: c
title: C
http:
  base: "https://h.example"
  tls: {certificate: CERT, key: KEY, authority: CA, insecure: true}
  auth:
    - {type: oauth2Client, tokenUrl: "https://h.example/token", clientId: tls, clientSecret: s}
elements:
  - type: a.B
    title: T
    example: "{}"
    steps:
      - {id: get, request: {path: [x]}}
    tests:
      - {name: good, exchanges: [{request: {method: POST, url: "https://h.example/token"}, response: {json: {access_token: t}}}, {request: {method: GET, url: "https://h.example/x"}, response: {json: {}}}], outputs: {}}
      - {name: bad, exchanges: [], error: "no exchange is recorded"}
)");
  plugins::testing::FakeHttpClient http;
  http.answers = {{.status = 200, .body = R"({"access_token": "t"})"}};
  ASSERT_TRUE(bench.run(http).has_value());
  ASSERT_EQ(http.requests.size(), 2U);
  for (const net::ClientRequest& sent : http.requests) {
    EXPECT_EQ(sent.client_certificate_pem, "CERT") << sent.url;
    EXPECT_EQ(sent.client_key_pem, "KEY") << sent.url;
    EXPECT_EQ(sent.ca_pem, "CA") << sent.url;
    EXPECT_FALSE(sent.verify_tls) << sent.url;
  }
}

TEST(ConnectorAuth,
     HeadersWithCredentialsAreNamed) {  // PLUG-711: so that a redirect does not take them to another host
  for (
      std::string_view auth :
      {R"({type: header, name: X-Key, value: secret})",
       R"({type: session, login: {method: POST, path: [login], form: {u: named}}, name: X-Key, token: "{{ response.body.t }}"})"}) {
    ConnectorBench bench(with_auth(auth, ""));
    plugins::testing::FakeHttpClient http;
    http.answer = {.status = 200, .body = R"({"t": "secret"})"};
    ASSERT_TRUE(bench.run(http).has_value());
    EXPECT_EQ(http.requests.back().headers.get("X-Key"), "secret");
    EXPECT_EQ(http.requests.back().credential_headers, std::vector<std::string>{"X-Key"});
  }
}

}  // namespace
}  // namespace gyr::connectors
