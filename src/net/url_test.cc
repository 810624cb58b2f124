#include "net/url.h"

#include <gtest/gtest.h>

#include <random>

#include "net/form.h"
#include "net/http.h"

namespace gyr::net {
namespace {

using namespace std::string_literals;

TEST(Url, IsTakenApart) {
  auto url = parse_url("HTTPS://User%40x:p%3Aw@Example.COM:8443/a/b;c?q=1&r#frag");
  ASSERT_TRUE(url) << url.error().to_string();
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->user, "User@x");
  EXPECT_EQ(url->password, "p:w");
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a/b;c");
  EXPECT_EQ(url->query, "q=1&r");
  EXPECT_EQ(url->fragment, "frag");
  EXPECT_EQ(url->to_string(), "https://example.com:8443/a/b;c?q=1&r") << "no password, no fragment";
  EXPECT_EQ(url->authority(), "example.com:8443");
}

TEST(Url, FillsInWhatIsLeftOut) {
  auto url = parse_url("http://x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->path, "/");
  EXPECT_FALSE(url->query);
  EXPECT_EQ(url->effective_port(), 80);
  EXPECT_EQ(url->to_string(), "http://x/");
  EXPECT_EQ(parse_url("https://x?q")->target(), "/?q");
  EXPECT_EQ(parse_url("https://x:/")->effective_port(), 443);
  EXPECT_EQ(parse_url("s3://bucket/key")->effective_port(), 0);
  EXPECT_EQ(parse_url("http://x/?")->query, "");
}

TEST(Url, KnowsIpv6) {
  auto url = parse_url("http://[2001:DB8::1]:81/x");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 81);
  EXPECT_EQ(url->to_string(), "http://[2001:db8::1]:81/x");
}

TEST(Url, EscapesWhatPeopleWriteAnyway) {
  EXPECT_EQ(parse_url("http://x/ä{b}|^?q=\"é\"")->target(), "/%C3%A4%7Bb%7D%7C%5E?q=%22%C3%A9%22");
  EXPECT_EQ(parse_url("http://x/a%20b?c=[d]")->target(), "/a%20b?c=[d]");
  EXPECT_EQ(parse_url("http://münchen.example/")->host, "münchen.example");
}

TEST(Url, RefusesInvalidUrls) {
  for (const std::string& text : {
           ""s,
           "x"s,
           "/path"s,
           "//host/path"s,
           "http:/x"s,
           "http:x"s,
           "://x"s,
           "1http://x"s,
           "ht tp://x"s,
           "http://"s,
           "http:///path"s,
           "http://?q"s,
           "http://a b/"s,
           "http://x/a b"s,
           "http://x/\r\nHost: y"s,
           "http://x/\t"s,
           "http://x/\0"s,
           "http://x/\x7f"s,
           "http://x/\xff"s,
           "http://x:99999/"s,
           "http://x:0/"s,
           "http://x:a/"s,
           "http://x:-1/"s,
           "http://[::1/"s,
           "http://[zz]/"s,
           "http://[::1]x/"s,
           "http://a@b@c/"s,
           "http://a%zz@c/"s,
           "http://x\\@evil/"s,
           "http://x%2fy/"s,
           "http://x<y/"s,
           "http://"s + std::string(300, 'h') + "/",
       }) {
    auto url = parse_url(text);
    ASSERT_FALSE(url) << text << " → " << url->to_string();
    EXPECT_TRUE(url.error().code() == bad_url || url.error().code() == malformed_text);
    EXPECT_FALSE(url.error().message().empty());
  }
}

TEST(Url, ResolvesReferencesAsTheStandardSays) {
  // The examples of RFC 3986, 5.4, those with an authority.
  auto base = parse_url("http://a/b/c/d;p?q");
  ASSERT_TRUE(base);
  for (auto [reference, expected] : std::vector<std::pair<std::string, std::string>>{
           {"g", "http://a/b/c/g"},
           {"./g", "http://a/b/c/g"},
           {"g/", "http://a/b/c/g/"},
           {"/g", "http://a/g"},
           {"//g", "http://g/"},
           {"?y", "http://a/b/c/d;p?y"},
           {"g?y", "http://a/b/c/g?y"},
           {"#s", "http://a/b/c/d;p?q"},
           {"g#s", "http://a/b/c/g"},
           {";x", "http://a/b/c/;x"},
           {"g;x?y#s", "http://a/b/c/g;x?y"},
           {"", "http://a/b/c/d;p?q"},
           {".", "http://a/b/c/"},
           {"./", "http://a/b/c/"},
           {"..", "http://a/b/"},
           {"../", "http://a/b/"},
           {"../g", "http://a/b/g"},
           {"../..", "http://a/"},
           {"../../g", "http://a/g"},
           {"../../../g", "http://a/g"},
           {"../../../../g", "http://a/g"},
           {"/./g", "http://a/g"},
           {"/../g", "http://a/g"},
           {"g.", "http://a/b/c/g."},
           {"..g", "http://a/b/c/..g"},
           {"./../g", "http://a/b/g"},
           {"g/./h", "http://a/b/c/g/h"},
           {"g/../h", "http://a/b/c/h"},
           {"g?y/../x", "http://a/b/c/g?y/../x"},
           {"https://z/x/../y", "https://z/y"},
       }) {
    auto url = resolve_url(*base, reference);
    ASSERT_TRUE(url) << reference << ": " << url.error().to_string();
    EXPECT_EQ(url->to_string(), expected) << reference;
  }
  EXPECT_EQ(resolve_url(*base, "#s")->fragment, "s");
  auto with_login = parse_url("http://me:pw@a/b");
  EXPECT_EQ(resolve_url(*with_login, "//other/")->user, "") << "a login belongs to its host";
  EXPECT_EQ(resolve_url(*with_login, "/c")->user, "me");
  for (const std::string& bad : {"http://"s, "mailto:x"s, "//"s, "///x"s, "a b"s, "/\r\n"s, "//[x"s}) {
    EXPECT_FALSE(resolve_url(*base, bad)) << bad;
  }
}

TEST(PercentCoding, DecodesAndSaysWhereItCannot) {
  EXPECT_EQ(percent_decode("a%20%41%c3%A4+"), "a Aä+");
  EXPECT_EQ(percent_decode("a+b", Plus::blank), "a b");
  EXPECT_EQ(percent_decode("%00%ff"), "\0\xff"s);
  for (std::string_view bad : {"%", "%4", "%zz", "a%", "a%4", "%4g", "%%41", "% 41"}) {
    auto decoded = percent_decode(bad);
    ASSERT_FALSE(decoded) << bad;
    EXPECT_EQ(decoded.error().code(), malformed_text);
    EXPECT_NE(decoded.error().message().find("offset"), std::string::npos);
  }
  EXPECT_FALSE(decode_text("%00"));
  EXPECT_FALSE(decode_text("%ff"));
  EXPECT_FALSE(decode_text("%ed%a0%80")) << "a surrogate";
  EXPECT_EQ(decode_text("%F0%9F%90%A6"), "🐦");
}

TEST(PercentCoding, EncodesUnsafeCharacters) {
  EXPECT_EQ(percent_encode("aZ0-._~ /?&=ä%+"), "aZ0-._~%20%2F%3F%26%3D%C3%A4%25%2B");
  EXPECT_EQ(percent_encode_path("a b/c"), "a%20b/c");
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (size_t n = random() % 20; n > 0; --n) bytes += static_cast<char>(random());
    EXPECT_EQ(percent_decode(percent_encode(bytes)), bytes);
  }
}

TEST(Query, ReturnsPairsInOrder) {
  auto pairs = parse_query("a=1&b=x%20y+z&a=2&c&=d&&e==f&filters[ns][EQ]=x&%C3%A4=%26");
  ASSERT_TRUE(pairs) << pairs.error().to_string();
  EXPECT_EQ(*pairs, (QueryList{{"a", "1"},
                               {"b", "x y z"},
                               {"a", "2"},
                               {"c", ""},
                               {"", "d"},
                               {"e", "=f"},
                               {"filters[ns][EQ]", "x"},
                               {"ä", "&"}}));
  EXPECT_EQ(parse_query("")->size(), 0u);
  EXPECT_EQ((*parse_query("t=10:00+02:00", Plus::keep))[0].second, "10:00+02:00");
  EXPECT_EQ(parse_query(encode_query(*pairs)), *pairs);
  EXPECT_EQ(encode_query({{"a b", "c+d"}}), "a%20b=c%2Bd");
}

TEST(Query, RefusesWhatCannotBeText) {
  auto bad = parse_query("ok=1&name=%zz");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message().find("`name`"), std::string::npos);
  EXPECT_FALSE(parse_query("a=%00"));
  EXPECT_FALSE(parse_query("%ff=1"));
  std::string many;
  for (size_t i = 0; i < max_query_pairs; ++i) many += "a&";
  EXPECT_TRUE(parse_query(many));
  EXPECT_FALSE(parse_query(many + "a"));
}

TEST(Query, TargetsAreCutAtTheFirstQuestionMark) {
  EXPECT_EQ(split_target("/a?b?c").path, "/a");
  EXPECT_EQ(split_target("/a?b?c").query, "b?c");
  EXPECT_EQ(split_target("/a").query, "");
}

TEST(Form, IsReadUpToItsLimit) {
  auto body = body_of("a=1&b=x+y%0D%0A");
  auto form = base::Task<base::Result<QueryList>>::run_inline(read_form(body.get(), 100));
  ASSERT_TRUE(form && *form);
  EXPECT_EQ(**form, (QueryList{{"a", "1"}, {"b", "x y\r\n"}}));
  body = body_of(std::string(101, 'a'));
  form = base::Task<base::Result<QueryList>>::run_inline(read_form(body.get(), 100));
  ASSERT_TRUE(form && !*form);
  EXPECT_EQ(form->error().code(), body_too_large);
  EXPECT_EQ(encode_form({{"a b", "c+d&ü"}}), "a+b=c%2Bd%26%C3%BC");
}

}  // namespace
}  // namespace gyr::net
