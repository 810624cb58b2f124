#include "net/header_value.h"

#include <gtest/gtest.h>

#include "net/http.h"
#include "net/http_syntax.h"
#include "net/mime.h"
#include "net/url.h"

namespace gyr::net {
namespace {

using namespace std::string_literals;

TEST(Headers, LookUpIgnoresCaseAndKeepsOrder) {
  Headers headers;
  headers.add("A", "1");
  headers.add("b", "2");
  headers.add("a", "3");
  EXPECT_EQ(headers.get("a"), "1");
  EXPECT_EQ(headers.all("A"), (std::vector<std::string_view>{"1", "3"}));
  headers.set("B", "4");
  headers.set("a", "5");
  headers.set("new", "6");
  EXPECT_EQ(headers.fields(), (std::vector<std::pair<std::string, std::string>>{{"a", "5"}, {"B", "4"}, {"new", "6"}}));
  headers.remove("NEW");
  EXPECT_FALSE(headers.get("new"));
}

TEST(HeaderValue, ParametersAreTakenApart) {
  auto value = parse_parameterised(" Text/HTML ; Charset=\"utf-8\" ;x= y z ; q=\"a;b\\\"c\\\\d\\e\" ; ");
  ASSERT_TRUE(value) << value.error().to_string();
  EXPECT_EQ(value->value, "text/html");
  EXPECT_EQ(value->parameter("charset"), "utf-8");
  EXPECT_EQ(value->parameter("x"), "y z");
  EXPECT_EQ(value->parameter("q"), "a;b\"c\\d\\e");
  EXPECT_FALSE(value->parameter("none"));
  EXPECT_EQ(parse_parameterised("")->value, "");
}

TEST(HeaderValue, ExtendedParametersWinWhereverTheyStand) {  // RFC 5987, RFC 6266
  for (std::string_view text : {"attachment; filename=\"plain\"; filename*=UTF-8''%e2%82%ac%20rates",
                                "attachment; filename*=utf-8'en'%e2%82%ac%20rates; filename=plain"}) {
    auto value = parse_parameterised(text);
    ASSERT_TRUE(value) << value.error().to_string();
    EXPECT_EQ(value->parameter("filename"), "€ rates");
    EXPECT_EQ(value->parameters.size(), 1u);
  }
  EXPECT_EQ(parse_parameterised("a; f*=ISO-8859-1''%A3")->parameter("f"), "£");
}

TEST(HeaderValue, WhatIsMalformedIsRefused) {
  for (const std::string& text :
       {"a; b"s, "a; b; c=d"s, "a; b=\"x"s, "a; b=\"x\\\""s, "a; b=\"x\"y"s, "a; b c=d"s, "a; =d"s, "a; b=1; B=2"s,
        "a; f*=x"s, "a; f*=UTF-8'x"s, "a; f*=UTF-8''%zz"s, "a; f*=UTF-8''%ff"s, "a; f*=UTF-8''%00"s, "a; f*=KOI8-R''x"s,
        "a; f*=UTF-8''a; f*=UTF-8''b"s, "a; f*=ISO-8859-1''%00"s, "a; \0=b"s}) {
    auto value = parse_parameterised(text);
    EXPECT_FALSE(value) << text;
  }
  std::string many = "a";
  for (int i = 0; i < 40; ++i) many += fmt::format("; p{}=1", i);
  EXPECT_FALSE(parse_parameterised(many));
}

TEST(Accept, ChoosesWhatIsLikedBestAndNeverFails) {  // API-22
  std::vector<std::string_view> offer = {"application/json", "application/yaml", "text/plain"};
  EXPECT_EQ(choose_media_type(std::nullopt, offer), 0u);
  EXPECT_EQ(choose_media_type("", offer), 0u);
  EXPECT_EQ(choose_media_type("*/*", offer), 0u);
  EXPECT_EQ(choose_media_type("text/html, image/png", offer), 0u) << "an unacceptable Accept gives the first";
  EXPECT_EQ(choose_media_type("application/yaml", offer), 1u);
  EXPECT_EQ(choose_media_type("text/*;q=0.5, application/json;q=0.4", offer), 2u);
  EXPECT_EQ(choose_media_type("*/*;q=0.1, APPLICATION/YAML", offer), 1u);
  EXPECT_EQ(choose_media_type("*/*, application/json;q=0", offer), 1u);
  EXPECT_EQ(choose_media_type("application/*;q=0.2,text/plain;q=0.3", offer), 2u);
  EXPECT_EQ(choose_media_type(";;;,,,\0\xff;q=x"s, offer), 0u);
}

TEST(Accept, WeightsAreReadAsFarAsTheyMakeSense) {
  auto entries = parse_weighted("a;q=0.5, b ; x=1 ; Q=0.123, c;q=1.000, d;q=7, e;q=, ,f;q=0, g;q=0.9999");
  ASSERT_EQ(entries.size(), 7u);
  std::vector<int> weights;
  for (const auto& entry : entries) weights.push_back(entry.thousandths);
  EXPECT_EQ(weights, (std::vector<int>{500, 123, 1000, 1000, 1000, 0, 999}));
  EXPECT_LE(parse_weighted(std::string(100'000, ',')).size(), 64u);
}

TEST(Cookies, AreFoundAndMade) {
  EXPECT_EQ(cookie("a=1; BASIC_AUTH=dTpw=; b=\"q\"; a=2", "BASIC_AUTH"), "dTpw=");
  EXPECT_EQ(cookie("a=1; a=2", "a"), "1");
  EXPECT_EQ(cookie("b=\"q\"", "b"), "q");
  EXPECT_EQ(cookie("a =1", "a"), "1");
  EXPECT_FALSE(cookie("a=1", "A")) << "names keep their case";
  EXPECT_FALSE(cookie("", "a"));
  EXPECT_FALSE(cookie("a;b;;=c", "a"));
  CookieOptions options;
  options.max_age_seconds = 3600;
  options.secure = true;
  EXPECT_EQ(set_cookie("JWT", "x.y", options), "JWT=x.y; Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Lax");
  EXPECT_FALSE(set_cookie("a b", "x", {}));
  EXPECT_FALSE(set_cookie("a", "x; Path=/evil", {}));
  EXPECT_FALSE(set_cookie("a", "x\r\nSet-Cookie: y", {}));
  options.path = "/; Domain=evil";
  EXPECT_FALSE(set_cookie("a", "x", options));
}

TEST(HttpSyntax, HostsAreHosts) {
  for (std::string_view good :
       {"x", "example.com", "a_b-c.d~", "1.2.3.4:80", "[::1]", "[::1]:65535", "x:", "localhost:0"}) {
    EXPECT_TRUE(is_valid_host(good)) << good;
  }
  for (const std::string& bad : {""s, ":80"s, "x:y"s, "x:65536"s, "x:123456"s, "a b"s, "a/b"s, "u@x"s, "[::1"s, "::1"s,
                                 "[]"s, "[::1]x"s, "[1.2.3.4]"s, "x\0"s, "x%41"s, "ä"s, std::string(300, 'x')}) {
    EXPECT_FALSE(is_valid_host(bad)) << bad;
  }
  EXPECT_TRUE(is_token("X-Header!"));
  EXPECT_FALSE(is_token(""));
  EXPECT_FALSE(is_token("a b"));
  EXPECT_FALSE(is_token("ä"));
  EXPECT_TRUE(is_header_value("tab\t and ä"));
  EXPECT_FALSE(is_header_value("a\nb"));
  EXPECT_FALSE(is_header_value("a\0b"s));
  EXPECT_FALSE(is_header_value("\x7f"));
}

TEST(Mime, TypesByName) {
  EXPECT_EQ(content_type_of("flow.YAML"), "application/yaml");
  EXPECT_EQ(content_type_of("/a.b/c.tar.gz"), "application/gzip");
  EXPECT_EQ(content_type_of("index.html"), "text/html; charset=utf-8");
  for (std::string_view unknown :
       {"", "file", "file.", ".", "a.unknown", "dir.json/file", "a.aaaaaaaaaaaaaaaaaaaaaaaaa"}) {
    EXPECT_EQ(content_type_of(unknown), "application/octet-stream") << unknown;
  }
  EXPECT_TRUE(is_compressible("application/json"));
  EXPECT_TRUE(is_compressible("Text/Plain; charset=x"));
  EXPECT_TRUE(is_compressible("image/svg+xml"));
  EXPECT_FALSE(is_compressible("text/event-stream; charset=utf-8"));
  EXPECT_FALSE(is_compressible("image/png"));
  EXPECT_FALSE(is_compressible(""));
}

}  // namespace
}  // namespace gyr::net
