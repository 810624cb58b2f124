// The scheme and host of links behind a reverse proxy (OPS-33, API-26).
#include "web/http/host_resolution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using ::testing::HasSubstr;
using Headers = std::vector<std::pair<std::string, std::string>>;

std::string origin(HostOptions options, Headers headers, std::string peer = "10.1.2.3") {
  if (options.trusted_proxies.empty()) options.trusted_proxies = private_networks();
  auto hosts = HostResolution::make(std::move(options));
  EXPECT_TRUE(hosts.has_value()) << hosts.error().to_string();
  net::ServerRequest request;
  request.peer = std::move(peer);
  for (auto& [name, value] : headers) request.headers.add(std::move(name), std::move(value));
  return (*hosts)->origin_of(request);
}

TEST(HostResolution, WithoutAProxyTheHostHeaderCounts) {  // API-81
  EXPECT_EQ(origin({}, {{"Host", "gyr.test:8080"}}), "http://gyr.test:8080");
  EXPECT_EQ(origin({}, {{"Host", "[::1]:8080"}}), "http://[::1]:8080");
  for (const char* bad : {"", "a b", "a\"b", "a/b", "a@b", "a\r\nb", "<x>"})
    EXPECT_EQ(origin({}, {{"Host", bad}}), "http://localhost") << bad;
  EXPECT_EQ(origin({}, {}), "http://localhost");
}

TEST(HostResolution, TheUsualHeadersOfAProxyCount) {  // OPS-33
  const std::pair<std::string, std::string> host{"Host", "inner:8080"};
  EXPECT_EQ(origin({}, {host, {"X-Forwarded-Proto", "https"}}), "https://inner:8080");
  EXPECT_EQ(origin({}, {host, {"X-Forwarded-Host", "flows.example.com"}, {"X-Forwarded-Proto", "HTTPS"}}),
            "https://flows.example.com");
  EXPECT_EQ(origin({}, {host, {"X-Forwarded-Host", "a.example, b.example"}, {"X-Forwarded-Proto", "https, http"}}),
            "https://a.example")
      << "the first is the client's";
  EXPECT_EQ(origin({}, {host, {"X-Forwarded-Host", "a.example"}, {"X-Forwarded-Port", "8443"}}),
            "http://a.example:8443");
  EXPECT_EQ(
      origin({},
             {host, {"X-Forwarded-Host", "a.example"}, {"X-Forwarded-Port", "443"}, {"X-Forwarded-Proto", "https"}}),
      "https://a.example");
  EXPECT_EQ(origin({}, {host, {"X-Forwarded-Port", "1"}}), "http://inner:8080");
  EXPECT_EQ(origin({}, {host, {"Forwarded", "for=1.2.3.4;host=\"f.example:81\";proto=https, for=5.6.7.8"}}),
            "https://f.example:81");
}

TEST(HostResolution, OnlyTrustedProxiesAreBelieved) {  // OPS-33
  const Headers headers = {{"Host", "gyr.test"},
                           {"X-Forwarded-Host", "evil.example"},
                           {"X-Forwarded-Proto", "https"},
                           {"Forwarded", "host=evil.example"},
                           {"X-Host", "evil.example"}};
  for (const char* peer : {"8.8.8.8", "2001:db8::1", "11.0.0.1", "172.32.0.1", "", "nonsense", "::ffff:8.8.8.8"}) {
    EXPECT_EQ(origin({}, headers, peer), "http://gyr.test") << peer;
    EXPECT_EQ(origin({.host_header = "X-Host", .protocol_header = "X-Forwarded-Proto"}, headers, peer),
              "http://gyr.test")
        << peer;
  }
  for (const char* peer :
       {"127.0.0.1", "::1", "10.255.0.1", "172.31.0.1", "192.168.1.1", "fd00::1", "fe80::1%eth0", "::ffff:10.0.0.1"})
    EXPECT_EQ(origin({}, headers, peer), "http://evil.example") << peer;
  EXPECT_EQ(origin({.trusted_proxies = {"8.8.8.0/24"}}, headers, "8.8.8.8"), "http://evil.example");
  EXPECT_EQ(origin({.trusted_proxies = {"8.8.8.0/24"}}, headers, "10.0.0.1"), "http://gyr.test");
}

TEST(HostResolution, HeadersCanBeConfigured) {  // OPS-33
  const Headers headers = {{"Host", "inner:8080"},
                           {"X-Host", "outer.example:9"},
                           {"X-Scheme", "https"},
                           {"X-Port", "8443"},
                           {"X-Forwarded-Host", "ignored.example"}};
  EXPECT_EQ(origin({.host_header = "X-Host"}, headers), "http://outer.example:9");
  EXPECT_EQ(origin({.protocol_header = "X-Scheme"}, headers), "https://inner:8080");
  EXPECT_EQ(origin({.host_header = "Host", .protocol_header = "X-Scheme"}, headers), "https://inner:8080");
  EXPECT_EQ(origin({.host_header = "X-Host", .protocol_header = "X-Scheme", .port_header = "X-Port"}, headers),
            "https://outer.example:8443");
  EXPECT_EQ(origin({.host_header = "X-Missing"}, headers), "http://inner:8080");
  for (const char* port : {"0", "65536", "-1", "x", "", "80 80"})
    EXPECT_EQ(origin({.port_header = "X-P"}, {{"Host", "h"}, {"X-P", port}}), "http://h") << port;
  EXPECT_EQ(origin({.protocol_header = "X-S"}, {{"Host", "h"}, {"X-S", "javascript"}}), "http://h");
  EXPECT_EQ(origin({.host_header = "X-H"}, {{"Host", "h"}, {"X-H", "a/b\"<"}}), "http://h");
}

TEST(HostResolution, OnlyAllowedHostsAreUsed) {
  const HostOptions options{.allowed_hosts = {"https?://flows\\.example\\.com"}};
  EXPECT_EQ(origin(options, {{"Host", "flows.example.com"}}), "http://flows.example.com");
  EXPECT_EQ(origin(options, {{"Host", "flows.example.com.evil.example"}}), "http://localhost");
  EXPECT_EQ(origin(options, {{"Host", "flowsXexample.com"}}), "http://localhost");
}

TEST(HostResolution, RefusesNetworksAndPatternsThatAreWrong) {
  for (const char* bad :
       {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0", "::/129", "a", "10.0.0.0/8/8", "/8"}) {
    auto made = HostResolution::make({.trusted_proxies = {bad}});
    ASSERT_FALSE(made.has_value()) << bad;
    EXPECT_THAT(made.error().message(), HasSubstr("`gyr.trusted-proxies`")) << bad;
  }
  auto pattern = HostResolution::make({.allowed_hosts = {"("}});
  ASSERT_FALSE(pattern.has_value());
  EXPECT_THAT(pattern.error().message(), HasSubstr("host-resolution.allowed-hosts`: `(`"));
}

TEST(Networks, ContainTheirAddresses) {
  const auto holds = [](const char* network, const char* address) {
    auto parsed = Network::parse(network);
    return parsed.has_value() && parsed->contains(address);
  };
  EXPECT_TRUE(holds("0.0.0.0/0", "8.8.8.8"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(holds("::/0", "8.8.8.8")) << "as its mapped address";
  EXPECT_TRUE(holds("10.0.0.4/30", "10.0.0.7"));
  EXPECT_FALSE(holds("10.0.0.4/30", "10.0.0.8"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(HostResolution, MakesTheLinksOfExecutions) {  // API-81
  test::HarnessOptions options;
  HostOptions hosts;
  hosts.trusted_proxies = {"127.0.0.1"};
  options.settings.hosts = *HostResolution::make(std::move(hosts));
  options.settings.context_path = "/ctx";
  test::Harness server(std::move(options));
  const auto created =
      server.call({"POST", "/ctx/api/v1/main/flows", test::log_flow("a.b", "f"), "application/x-yaml", {}});
  ASSERT_EQ(created.status, 200) << created.body;
  const auto started = server.call({"POST",
                                    "/ctx/api/v1/main/executions/a.b/f",
                                    {},
                                    "multipart/form-data",
                                    {{"X-Forwarded-Host", "flows.example.com"}, {"X-Forwarded-Proto", "https"}}});
  ASSERT_EQ(started.status, 200) << started.body;
  EXPECT_THAT(started.text({"url"}), HasSubstr("https://flows.example.com/ctx/ui/main/executions/a.b/f/"));
}

}  // namespace
}  // namespace gyr::web
