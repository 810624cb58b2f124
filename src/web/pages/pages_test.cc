// The web interface as a browser gets it.
#include "web/pages/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using test::Harness;
using test::HarnessOptions;
using test::Reply;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view page_source =
    "<html><head><meta name=\"gyr-base\" content=\"@GYR_BASE@\"><script nonce=\"@GYR_NONCE@\">boot()</script>\n"
    "<!--@GYR_HEAD@--></head><body><script type=\"module\" nonce=\"@GYR_NONCE@\" "
    "src=\"@GYR_BASE@ui/assets/main-1.js\"></script></body></html>";

/// A pack with this index and this data behind it.
std::string pack_of(std::string index, std::string_view data, uint32_t version = 1) {
  std::string bytes = "GYRUIPCK";
  for (const uint32_t number : {version, static_cast<uint32_t>(index.size())}) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(number >> shift & 0xFF);
  }
  index.resize((index.size() + 7) / 8 * 8);
  return bytes.append(index).append(data);
}

/// A page and two assets: a script that is `BROTLI` or `GZIP`, and a font that is not compressed.
std::string sample() {
  const std::string data = std::string(page_source) + "BROTLI" + "GZIP" + "FONT";
  const size_t at = page_source.size();
  return pack_of(fmt::format(R"({{"version":1,"page":"index.html","files":[
        {{"path":"index.html","type":"text/html; charset=utf-8","hash":"p0","size":{0},"immutable":false,"raw":[0,{0}]}},
        {{"path":"assets/main-1.js","type":"text/javascript; charset=utf-8","hash":"a1","size":9,"immutable":true,
          "br":[{0},6],"gz":[{1},4]}},
        {{"path":"favicon.svg","type":"image/svg+xml","hash":"f2","size":9,"immutable":false,"raw":[{2},4]}}]}})",
                             at, at + 6, at + 10),
                 data);
}

/// Settings with a pack that lives as long as they do.
PageSettings with_pack(std::string bytes) {
  struct Loaded {
    std::string bytes;
    UiPack pack;
  };
  auto loaded = std::make_shared<Loaded>();
  loaded->bytes = std::move(bytes);
  auto pack = UiPack::read(loaded->bytes);
  EXPECT_TRUE(pack.has_value()) << (pack ? "" : pack.error().message());
  if (pack) loaded->pack = *std::move(pack);
  return {.pack = std::shared_ptr<const UiPack>(loaded, &loaded->pack)};
}

HarnessOptions options(PageSettings pages, std::string context_path = {}) {
  HarnessOptions options;
  options.settings.pages = std::move(pages);
  options.settings.context_path = std::move(context_path);
  return options;
}

/// The nonce that a policy names.
std::string nonce_in(std::string_view policy) {
  const size_t at = policy.find("'nonce-");
  if (at == std::string_view::npos) return {};
  const size_t begin = at + 7;
  return std::string(policy.substr(begin, policy.find('\'', begin) - begin));
}

// UI-2, UI-3
TEST(Pages, AnyPathBelowUiWithoutAnAssetIsThePage) {
  Harness harness(options(with_pack(sample())));
  for (const char* path : {"/ui/", "/ui/index.html", "/ui/main/flows", "/ui/main/executions/a.b/c/1/logs?x=y",
                           "/ui/assets/main-0.js", "/ui/..%2f..%2fetc/passwd", "/ui/a//b"}) {
    const Reply reply = harness.get(path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_EQ(reply.header("Content-Type"), "text/html; charset=utf-8") << path;
    EXPECT_EQ(reply.header("Cache-Control"), "no-cache") << path;
    EXPECT_THAT(reply.body, HasSubstr("content=\"/\"")) << path;
    EXPECT_THAT(reply.body, HasSubstr("src=\"/ui/assets/main-1.js\"")) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr("@GYR"))) << path;
  }
  EXPECT_EQ(harness.get("/uix").status, 404);
  EXPECT_EQ(harness.get("/u").status, 404);
  EXPECT_EQ(harness.send("POST", "/ui/").status, 404);
}

// UI-3, API-13
TEST(Pages, TheRootLeadsToThem) {
  Harness plain(options(with_pack(sample())));
  for (const char* path : {"/", "/ui"}) {
    const Reply reply = plain.get(path);
    EXPECT_EQ(reply.status, 302) << path;
    EXPECT_EQ(reply.header("Location"), "/ui/") << path;
  }
  Harness below(options(with_pack(sample()), "/x"));
  EXPECT_EQ(below.get("/x/").header("Location"), "/x/ui/");
  EXPECT_EQ(below.get("/x").header("Location"), "/x/ui/");
  EXPECT_EQ(below.get("/").status, 404) << "no request leaves the context path (UI-12)";
  const Reply reply = below.get("/x/ui/main/flows");
  EXPECT_THAT(reply.body, HasSubstr("content=\"/x/\""));
  EXPECT_THAT(reply.body, HasSubstr("src=\"/x/ui/assets/main-1.js\""));
}

// UI-2
TEST(Pages, AssetsAreSentInTheFormThatTheClientAccepts) {
  Harness harness(options(with_pack(sample())));
  const auto get = [&](std::string encoding, std::string known = {}) {
    test::Call call{.target = "/ui/assets/main-1.js"};
    if (!encoding.empty()) call.headers.emplace_back("Accept-Encoding", std::move(encoding));
    if (!known.empty()) call.headers.emplace_back("If-None-Match", std::move(known));
    return harness.call(std::move(call));
  };
  const Reply brotli = get("gzip, deflate, br, zstd");
  EXPECT_EQ(brotli.body, "BROTLI");
  EXPECT_EQ(brotli.header("Content-Encoding"), "br");
  EXPECT_EQ(brotli.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(brotli.header("ETag"), "\"a1\"");
  EXPECT_EQ(brotli.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(brotli.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(get("*").body, "BROTLI");
  EXPECT_EQ(get("br;q=0, gzip").body, "GZIP");
  EXPECT_EQ(get("br;q=0, gzip").header("Content-Encoding"), "gzip");
  EXPECT_EQ(get("").header("Content-Encoding"), "gzip");
  for (const char* known : {"\"a1\"", "W/\"a1\"", "\"x\", \"a1\"", "*"}) {
    const Reply unchanged = get("br", known);
    EXPECT_EQ(unchanged.status, 304) << known;
    EXPECT_EQ(unchanged.body, "") << known;
    EXPECT_EQ(unchanged.header("ETag"), "\"a1\"") << known;
  }
  EXPECT_EQ(get("br", "\"a0\"").status, 200);
  const Reply picture = harness.get("/ui/favicon.svg");
  EXPECT_EQ(picture.body, "FONT");
  EXPECT_EQ(picture.header("Content-Encoding"), "");
  EXPECT_EQ(picture.header("Cache-Control"), "no-cache");
}

// UI-1092
TEST(Pages, EachAnswerHasItsOwnNonce) {
  Harness harness(options(with_pack(sample())));
  const Reply first = harness.get("/ui/");
  const std::string policy = first.header("Content-Security-Policy");
  const std::string nonce = nonce_in(policy);
  EXPECT_GE(nonce.size(), 22U);
  EXPECT_THAT(first.body, HasSubstr("<script nonce=\"" + nonce + "\">boot()</script>"));
  EXPECT_THAT(policy, StartsWith("default-src 'none'; "));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_THAT(policy, Not(HasSubstr("http")));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, HasSubstr("require-trusted-types-for 'script'"));
  EXPECT_EQ(first.header("Referrer-Policy"), "same-origin");
  EXPECT_EQ(first.header("Cross-Origin-Opener-Policy"), "same-origin");
  EXPECT_EQ(first.headers.all("Content-Security-Policy").size(), 1U);
  const Reply second = harness.get("/ui/");
  EXPECT_NE(nonce_in(second.header("Content-Security-Policy")), nonce);
  EXPECT_NE(second.header("ETag"), first.header("ETag"));
}

// UI-4
TEST(Pages, AdditionsToTheHeadMayRun) {
  PageSettings settings = with_pack(sample());
  settings.html_head =
      "<meta name=\"x\" content=\"<script\"><SCRIPT src=\"/a.js\"></SCRIPT><style>a{}</style><scripted>";
  settings.google_analytics = "G-1";
  Harness harness(options(std::move(settings)));
  const Reply reply = harness.get("/ui/");
  const std::string policy = reply.header("Content-Security-Policy");
  const std::string nonce = nonce_in(policy);
  EXPECT_THAT(reply.body, HasSubstr("<SCRIPT nonce=\"" + nonce + "\" src=\"/a.js\"></SCRIPT>"));
  EXPECT_THAT(reply.body, HasSubstr("<style nonce=\"" + nonce + "\">a{}</style><scripted>"));
  EXPECT_THAT(reply.body, HasSubstr("gtag('config', 'G-1')"));
  EXPECT_THAT(policy, HasSubstr("https://www.googletagmanager.com"));
}

// UI-4
TEST(Pages, AnalyticsWithAHostileIdAreLeftOut) {
  for (const char* id : {"G-1');alert(1)//", "\"></script>", "{[", "G 1"}) {
    PageSettings settings = with_pack(sample());
    settings.google_analytics = id;
    Harness harness(options(std::move(settings)));
    const Reply reply = harness.get("/ui/");
    EXPECT_THAT(reply.body, Not(HasSubstr("gtag"))) << id;
    EXPECT_THAT(reply.header("Content-Security-Policy"), Not(HasSubstr("google"))) << id;
  }
}

// UI-1092
TEST(Pages, ThePolicyCanBeReplaced) {
  PageSettings settings = with_pack(sample());
  settings.content_security_policy = "script-src 'nonce-{nonce}' https://cdn.example";
  Harness harness(options(std::move(settings)));
  const Reply reply = harness.get("/ui/");
  const std::string policy = reply.header("Content-Security-Policy");
  EXPECT_EQ(policy, "script-src 'nonce-" + nonce_in(policy) + "' https://cdn.example");
}

TEST(Pages, ABuildWithoutThemSaysSo) {
  Harness harness(options({}, "/x"));
  const Reply reply = harness.get("/x/ui/main/flows");
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("does not contain the web interface"));
  EXPECT_THAT(reply.body, HasSubstr("href=\"/x/api/v1/openapi\""));
}

TEST(Pages, NeedNoLogin) {
  HarnessOptions with_login = options(with_pack(sample()));
  with_login.username = "a@b.io";
  with_login.password = "Passw0rdd";
  Harness harness(std::move(with_login));
  EXPECT_EQ(harness.get("/ui/").status, 200);
  EXPECT_EQ(harness.get("/ui/assets/main-1.js").status, 200);
  EXPECT_EQ(harness.get("flows/search").status, 401);
}

TEST(UiPacks, ListTheirFiles) {
  const std::string bytes = sample();
  auto pack = UiPack::read(bytes);
  ASSERT_TRUE(pack.has_value());
  std::vector<std::string> paths;
  for (const UiPack::File& file : pack->files()) paths.push_back(file.path);
  EXPECT_THAT(paths, ElementsAre("assets/main-1.js", "favicon.svg", "index.html"));
  EXPECT_EQ(pack->page().raw, page_source);
}

TEST(UiPacks, DamagedOnesAreRefused) {
  const std::string good = sample();
  for (size_t size = 0; size < good.size() - 4; ++size) {
    EXPECT_FALSE(UiPack::read(std::string_view(good).substr(0, size)).has_value()) << size;
  }
  const auto index = [](std::string_view files, std::string_view page = "a") {
    return pack_of(fmt::format(R"({{"page":"{}","files":{}}})", page, files), "0123456789");
  };
  const std::string page = R"({"path":"a","type":"text/html","hash":"h","raw":[0,1]})";
  ASSERT_TRUE(UiPack::read(index("[" + page + "]")).has_value());
  const std::pair<std::string, std::string> cases[] = {
      {pack_of(R"({"page":"a","files":[]})", ""), "it has no page"},
      {pack_of("[]", ""), "its index is damaged"},
      {pack_of("nonsense", ""), "its index is damaged"},
      {pack_of(R"({"page":"a"})", ""), "its index has no files"},
      {pack_of("{}", "", 2), "it has version 2, but this program reads version 1"},
      {index("[" + page + "]", "b"), "it has no page"},
      {index("[" + page + "," + page + "]"), "it contains `a` twice"},
      {index("[7]"), "its index is damaged"},
      {index(R"([{"path":"a","type":"text/html","hash":"h","raw":[0,11]}])"),
       "the content of `a` is not inside the pack"},
      {index(R"([{"path":"a","type":"text/html","hash":"h","raw":[-1,1]}])"),
       "the content of `a` is not inside the pack"},
      {index(R"([{"path":"a","type":"text/html","hash":"h","raw":[9223372036854775807,1]}])"),
       "the content of `a` is not inside the pack"},
      {index(R"([{"path":"a","type":"text/html","hash":"h","raw":"x"}])"), "the content of `a` is not inside the pack"},
      {index(R"([{"path":"a","type":"text/html","hash":"h"}])"), "`a` has no content"},
      {index(R"([{"path":"a","type":"text/html\r\nX: y","hash":"h","raw":[0,1]}])"),
       "a file has no path, type or hash"},
      {index(R"([{"path":"a","type":"text/html","hash":"\"","raw":[0,1]}])"), "a file has no path, type or hash"},
  };
  for (const auto& [bytes, message] : cases) {
    const auto read = UiPack::read(bytes);
    ASSERT_FALSE(read.has_value()) << message;
    EXPECT_EQ(read.error().code(), bad_ui_pack);
    EXPECT_THAT(read.error().message(), ::testing::EndsWith(message));
  }
}

}  // namespace
}  // namespace gyr::web
