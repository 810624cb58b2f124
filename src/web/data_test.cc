// Keys, namespace files, secrets and files of executions over the interface (KV-11 to KV-17, NSF-10 to NSF-19,
// SEC-6 to SEC-11, STOR-40, STOR-50 to STOR-53).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "host/host_service.h"
#include "host/namespace_files.h"
#include "store/test_rows.h"
#include "syntax/time.h"
#include "web/testing/harness.h"

namespace gyr::web {
namespace {

using base::Value;
using test::Harness;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> texts_of(const Value& list, std::string_view member = "") {
  std::vector<std::string> texts;
  for (const Value& item : list.items()) texts.emplace_back((member.empty() ? item : *item.find(member)).text());
  return texts;
}

// ---------------------------------------------------------------------------------------------- keys

TEST(Keys, KeepValuesOfEveryKind) {  // KV-3, KV-13, KV-14, KV-18
  Harness harness;
  const std::pair<std::string_view, std::string_view> rows[] = {
      {R"("text")", "STRING"}, {"12.5", "NUMBER"},      {"true", "BOOLEAN"},       {"2024-01-01T00:00:00Z", "DATETIME"},
      {"2024-01-01", "DATE"},  {"P1D", "DURATION"},     {R"({"a": [1]})", "JSON"}, {"[1, 2]", "JSON"},
      {"bare_word", "STRING"}, {"to-delete", "STRING"}, {"two words", "STRING"},   {"'quoted'", "STRING"},
      {"007", "STRING"},       {"1e300", "NUMBER"},     {"hello world", "STRING"}};
  for (const auto& [body, type] : rows) {
    ASSERT_EQ(harness.send("PUT", "namespaces/a.b/kv/k", std::string(body), "text/plain").status, 200) << body;
    const auto found = harness.get("namespaces/a.b/kv/k");
    EXPECT_EQ(found.text({"type"}), type) << body;
  }
  EXPECT_EQ(harness.get("namespaces/a.b/kv/k").at({"revision"}).as_integer(), std::ssize(rows))
      << "each write is a version";
  EXPECT_EQ(harness.get("namespaces/a.b/kv/k").text({"value"}), "hello world") << "as it stands (API-106)";
  ASSERT_EQ(harness.send("PUT", "namespaces/a.b/kv/indented", "  two\n  lines\n", "text/plain").status, 200);
  EXPECT_EQ(harness.get("namespaces/a.b/kv/indented").text({"value"}), "  two\n  lines\n") << "(API-106)";
  for (std::string_view body : {"{not json", "[1", "\"open", "", "  "})
    EXPECT_EQ(harness.send("PUT", "namespaces/a.b/kv/k", std::string(body), "text/plain").status, 422) << body;
  EXPECT_EQ(harness.get("namespaces/a.b/kv/none").status, 404);
}

TEST(Keys, WritersAtOnceGetAVersionEach) {  // KV-6, KV-7
  Harness harness;
  constexpr int writers = 12;
  std::vector<std::future<test::Reply>> replies;
  for (int i = 0; i < writers; ++i)
    replies.push_back(harness.start({"PUT", "namespaces/a/kv/same", std::to_string(i), "text/plain", {}}));
  for (auto& reply : replies) EXPECT_EQ(reply.get().status, 200);
  EXPECT_EQ(harness.get("namespaces/a/kv/same").at({"revision"}).as_integer(), writers) << "none was lost";
}

TEST(Keys, NumbersAreKeptExactlyOrRefused) {  // API-106
  Harness harness;
  const std::pair<std::string, std::string_view> kept[] = {{"1e2", "100.0"},
                                                           {"0.1", "0.1"},
                                                           {"-0.5e-3", "-5.0E-4"},
                                                           {"12345678901234567890123", "12345678901234567890123"},
                                                           {"1.00000000000000000001", "1.00000000000000000001"},
                                                           {"123456789.123456789123", "123456789.123456789123"}};
  for (const auto& [body, shown] : kept) {
    ASSERT_EQ(harness.send("PUT", "namespaces/a/kv/k", body, "text/plain").status, 200) << body;
    EXPECT_THAT(harness.get("namespaces/a/kv/k").body, HasSubstr(fmt::format(R"("value":{},)", shown))) << body;
  }
  const std::string long_fraction = "0." + std::string(1'001, '3');
  for (const std::string& body : {std::string("1e999"), std::string("-1e999"), std::string("1e-5000"),
                                  std::string("NaN"), std::string("Infinity"), std::string("-Infinity"),
                                  std::string("+inf"), std::string("nan"), std::string(1'001, '9'), long_fraction}) {
    const test::Reply reply = harness.send("PUT", "namespaces/a/kv/k", body, "text/plain");
    EXPECT_EQ(reply.status, 422) << body.substr(0, 40);
    EXPECT_NE(reply.text({"hint"}) + reply.text({"message"}), "") << body.substr(0, 40);
  }
  const test::Reply nested =
      harness.send("PUT", "namespaces/a/kv/k", R"({"limits": [{"most": 1}, {"most": 1e999}]})", "application/json");
  EXPECT_EQ(nested.status, 422);
  EXPECT_THAT(nested.text({"message"}), HasSubstr("`limits[1].most`"));
  EXPECT_EQ(nested.text({"hint"}), "send it as a string");
  EXPECT_THAT(harness.get("namespaces/a/kv/k").body, HasSubstr("123456789.123456789123")) << "nothing was stored";
}

TEST(Keys, MustMatchTheirPattern) {  // KV-2
  Harness harness;
  for (std::string_view key : {"a", "A-b_c.9", "9"})
    EXPECT_EQ(harness.send("PUT", fmt::format("namespaces/n/kv/{}", key), "1", "text/plain").status, 200) << key;
  for (std::string_view key : {".a", "-a", "a%20b", "a%2Fb", "%C3%A4"}) {
    EXPECT_EQ(harness.send("PUT", fmt::format("namespaces/n/kv/{}", key), "1", "text/plain").status, 422) << key;
  }
}

TEST(Keys, ExpireAndAreDeleted) {  // KV-4, KV-7, KV-13, KV-15, KV-16
  Harness harness;
  auto put = [&](std::string_view key, std::string ttl) {
    test::Call call{"PUT", fmt::format("namespaces/n/kv/{}", key), "1", "text/plain", {{"description", "what for"}}};
    if (!ttl.empty()) call.headers.emplace_back("ttl", ttl);
    return harness.call(call).status;
  };
  EXPECT_EQ(put("short", "PT1M"), 200);
  EXPECT_EQ(put("long", ""), 200);
  EXPECT_EQ(put("never", "-PT1M"), 422);
  EXPECT_EQ(put("never", "soon"), 422);
  const auto before = harness.get("namespaces/n/kv");
  EXPECT_THAT(texts_of(before.json(), "key"), ElementsAre("long", "short"));
  EXPECT_EQ(before.json().items()[0].find("description")->text(), "what for");
  EXPECT_NE(before.json().items()[1].find("expirationDate"), nullptr);
  harness.clock().advance(base::Duration::of_seconds(61));
  EXPECT_EQ(harness.get("namespaces/n/kv/short").status, 410);
  EXPECT_THAT(texts_of(harness.get("namespaces/n/kv").json(), "key"), ElementsAre("long"));
  EXPECT_EQ(harness.send("DELETE", "namespaces/n/kv/short").body, "false") << "it was dead already";
  EXPECT_EQ(harness.send("DELETE", "namespaces/n/kv/long").body, "true");
  EXPECT_EQ(harness.send("DELETE", "namespaces/n/kv/long").body, "false");
  EXPECT_EQ(put("long", ""), 200);
  EXPECT_EQ(harness.get("namespaces/n/kv/long").at({"revision"}).as_integer(), 2)
      << "a deletion does not begin the numbers again";
  EXPECT_EQ(put("more", ""), 200);
  EXPECT_THAT(
      texts_of(harness.send("DELETE", "namespaces/n/kv", R"({"keys": ["more", "none", "long"]})", "application/json")
                   .at({"keys"})),
      ElementsAre("more", "long"));
}

TEST(Keys, AreListedByNamespaceAndInherited) {  // KV-11, KV-12, KV-17
  Harness harness;
  for (std::string_view path : {"a/kv/k1", "a.b/kv/k2", "a.b.c/kv/k3", "z/kv/k4"})
    harness.send("PUT", fmt::format("namespaces/{}", path), "1", "text/plain");
  auto listed = [&](std::string_view query) {
    return texts_of(harness.get(fmt::format("kv?sort=key:asc&{}", query)).at({"results"}), "key");
  };
  EXPECT_THAT(listed(""), ElementsAre("k1", "k2", "k3", "k4"));
  EXPECT_EQ(harness.get("kv?size=2&page=2").at({"total"}).as_integer(), 4);
  EXPECT_THAT(listed("filters[namespace][EQUALS]=a.b"), ElementsAre("k2"));
  EXPECT_THAT(listed("filters[namespace][IN]=a,z"), ElementsAre("k1", "k4"));
  const std::string now = syntax::format_instant(harness.clock().now());
  EXPECT_THAT(listed("filters[updated][GREATER_THAN]=" + now), ElementsAre()) << "API-30";
  EXPECT_EQ(listed("filters[updated][LESS_THAN_OR_EQUAL_TO]=" + now).size(), 4u);
  EXPECT_EQ(harness.get("kv?filters[updated][EQUALS]=soon").status, 400);
  harness.send("PUT", "namespaces/z/kv/k4", "2", "text/plain");
  EXPECT_EQ(harness.get("kv?sort=version:desc").at({"results"}).items()[0].find("key")->text(), "k4") << "API-28";
  EXPECT_THAT(texts_of(harness.get("namespaces/a.b/kv").json(), "key"), ElementsAre("k2"));
  EXPECT_THAT(texts_of(harness.get("namespaces/a.b.c/kv/inheritance").json(), "key"), ElementsAre("k2", "k1"));
}

// ---------------------------------------------------------------------------------------------- namespace files

class NamespaceFiles : public ::testing::Test {
 protected:
  int put(std::string path, std::string content) {
    return harness.call(test::form("POST", "namespaces/a.b/files?path=" + path, {{"fileContent", content, "x"}}))
        .status;
  }
  test::Reply get(std::string_view path) { return harness.get(fmt::format("namespaces/a.b/files?path={}", path)); }
  /// What another server does: the content, and then the row of the first revision of a file.
  void write_elsewhere(const std::string& path, const std::string& content) {
    store::NamespaceFileRow row;
    row.tenant = "main";
    row.namespace_ = "a.b";
    row.path = path;
    row.size = content.size();
    row.read_revision = 0;
    row.content = executor::new_content(row);
    harness.storage().write(executor::content_path(row), content);
    store::Batch batch;
    batch.namespace_files.push_back(std::move(row));
    std::promise<bool> written;
    harness.store().commit(std::move(batch),
                           [&written](base::Result<void> outcome) { written.set_value(outcome.has_value()); });
    EXPECT_TRUE(written.get_future().get());
  }
  std::vector<std::string> directory(std::string_view path) {
    return texts_of(harness.get(fmt::format("namespaces/a.b/files/directory?path={}", path)).json(), "fileName");
  }
  Harness harness;
};

TEST_F(NamespaceFiles, AreWrittenAndRead) {  // NSF-2, NSF-3, NSF-10, NSF-11, NSF-17, NSF-19
  EXPECT_EQ(get("/a.txt").status, 404);
  EXPECT_EQ(put("dir//./a.txt", "1"), 200);
  EXPECT_EQ(put("/dir/a.txt", "22"), 200);
  EXPECT_EQ(get("/dir/a.txt").body, "22");
  EXPECT_EQ(get("/dir/a.txt&revision=1").body, "1");
  EXPECT_EQ(get("/dir/a.txt&revision=3").status, 404);
  EXPECT_EQ(harness.get("namespaces/a.b/files/revisions?path=/dir/a.txt").json().size(), 2u);
  const auto stats = harness.get("namespaces/a.b/files/stats?path=/dir/a.txt");
  EXPECT_EQ(stats.at({"size"}).as_integer(), 2);
  EXPECT_EQ(stats.text({"type"}), "File");
  EXPECT_EQ(harness.get("namespaces/a.b/files/stats?path=/dir").text({"type"}), "Directory");
  for (std::string_view path : {"/../x", "/a/../../x", "/_flows/deep/x.yml", "/dir"})
    EXPECT_EQ(put(std::string(path), "x"), 422) << path;
}

TEST_F(NamespaceFiles, TwoServersThatWriteAFileMakeTwoRevisions) {  // NSF-3
  harness.storage().call_after_write([this] { write_elsewhere("/f", "theirs"); });
  EXPECT_EQ(put("/f", "mine"), 200);
  EXPECT_EQ(get("/f&revision=1").body, "theirs");
  EXPECT_EQ(get("/f&revision=2").body, "mine");
  EXPECT_EQ(harness.get("namespaces/a.b/files/revisions?path=/f").json().size(), 2u);
}

TEST_F(NamespaceFiles, AMoveDoesNotReplaceAFileThatAnotherServerWrites) {  // NSF-5
  EXPECT_EQ(put("/from", "mine"), 200);
  harness.storage().call_after_write([this] { write_elsewhere("/to", "theirs"); });
  EXPECT_EQ(harness.send("PUT", "namespaces/a.b/files?from=/from&to=/to").status, 409);
  EXPECT_EQ(get("/to").body, "theirs");
  EXPECT_EQ(get("/from").body, "mine");
  EXPECT_EQ(harness.storage().paths().size(), 2u) << "the copy is removed";
}

TEST_F(NamespaceFiles, HaveDirectories) {  // NSF-12, NSF-13, NSF-14, NSF-15, NSF-16
  EXPECT_THAT(directory("/"), ElementsAre()) << "the root is always there";
  EXPECT_EQ(harness.get("namespaces/a.b/files/directory?path=/none").status, 404);
  EXPECT_EQ(harness.send("POST", "namespaces/a.b/files/directory?path=/empty/inner").status, 200);
  for (std::string_view path : {"/x/y/one.txt", "/x/two.csv"}) ASSERT_EQ(put(std::string(path), "1"), 200);
  EXPECT_THAT(directory("/"), ElementsAre("empty", "x"));
  EXPECT_THAT(directory("/x"), ElementsAre("two.csv", "y"));
  EXPECT_THAT(texts_of(harness.get("namespaces/a.b/files/search?q=ONE").json()), ElementsAre("/x/y/one.txt"));
  EXPECT_EQ(harness.send("PUT", "namespaces/a.b/files?from=/x/y&to=/moved").status, 200);
  EXPECT_EQ(get("/moved/one.txt").body, "1");
  EXPECT_EQ(get("/x/y/one.txt").status, 404);
  EXPECT_EQ(harness.send("PUT", "namespaces/a.b/files?from=/moved&to=/x").status, 409) << "the target exists";
  EXPECT_EQ(harness.send("DELETE", "namespaces/a.b/files?path=/empty/inner").status, 200);
  EXPECT_THAT(directory("/"), ElementsAre("moved", "x")) << "a folder that is left empty goes, too";
  EXPECT_EQ(harness.send("DELETE", "namespaces/a.b/files?path=/none").status, 404);
}

TEST_F(NamespaceFiles, BelowFlowsAreFlows) {  // NSF-7, NSF-11
  EXPECT_EQ(put("/_flows/hello.yml", test::log_flow("other", "hello")), 200);
  EXPECT_EQ(harness.get("flows/a.b/hello").status, 200) << "its namespace is that of the files";
  EXPECT_EQ(harness.get("flows/other/hello").status, 404);
  for (std::string_view call :
       {"files?path=/_flows/hello.yml", "files/directory?path=/_flows", "files/stats?path=/_flows"}) {
    const auto refused = harness.get(fmt::format("namespaces/a.b/{}", call));
    EXPECT_EQ(refused.status, 422) << call;
    EXPECT_THAT(refused.body, HasSubstr("Forbidden path")) << call;
  }
  EXPECT_EQ(harness.send("DELETE", "namespaces/a.b/files?path=/_flows/hello.yml").status, 422);
}

// ---------------------------------------------------------------------------------------------- files of executions

TEST(ExecutionFiles, AreReadByTheirOwnExecution) {  // STOR-50, STOR-51, STOR-52, STOR-53
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f"));
  const std::string id = harness.run("a.b", "f");
  harness.wait_for_end(id);
  const std::string root = fmt::format("/a/b/f/executions/{}/tasks/t/1", id);
  harness.storage().write(root + "/rows.ion", "{a: 1}\n{a: \"x\"}\n");
  harness.storage().write("/a/b/_files/x.txt", "x");
  auto asked = [&](std::string_view what, std::string_view path) {
    return harness.get(fmt::format("executions/{}/file{}path=kestra://{}", id, what, path));
  };
  const auto raw = asked("?", root + "/rows.ion");
  EXPECT_EQ(raw.body, "{a: 1}\n{a: \"x\"}\n");
  EXPECT_THAT(raw.header("Content-Disposition"), HasSubstr("rows.ion"));
  EXPECT_EQ(asked("?format=JSONL&", root + "/rows.ion").body, "{\"a\":1}\n{\"a\":\"x\"}\n");
  EXPECT_THAT(asked("?format=JSONL&", root + "/rows.ion").header("Content-Disposition"), HasSubstr("rows.jsonl"));
  std::string many;
  std::string wanted;
  for (int i = 0; i < 50'000; ++i) {
    many += fmt::format("{{a: {},\n b: \"some text\"}}\n", i);  // a row may span lines
    wanted += fmt::format("{{\"a\":{},\"b\":\"some text\"}}\n", i);
  }
  harness.storage().write(root + "/many.ion", many);
  EXPECT_EQ(asked("?format=JSONL&", root + "/many.ion").body, wanted);
  harness.storage().write(root + "/none.ion", "");
  EXPECT_EQ(asked("?format=JSONL&", root + "/none.ion").body, "");
  harness.storage().write(root + "/bad.ion", "{a: \n");
  EXPECT_EQ(asked("?format=JSONL&", root + "/bad.ion").status, 422);
  EXPECT_EQ(asked("?format=XML&", root + "/rows.ion").status, 422);
  EXPECT_EQ(asked("/metas?", root + "/rows.ion").at({"size"}).as_integer(), 16);
  const auto preview = asked("/preview?maxRows=1&", root + "/rows.ion");
  EXPECT_EQ(preview.text({"type"}), "LIST");
  EXPECT_TRUE(preview.at({"truncated"}).as_boolean());
  EXPECT_EQ(asked("/preview?encoding=NO-SUCH&", root + "/rows.ion").status, 422);
  EXPECT_EQ(asked("?", root + "/none").status, 404);
  EXPECT_EQ(asked("?", "/a/b/_files/x.txt").status, 422) << "no file of the execution";
  EXPECT_EQ(asked("?", "/a/b/f/executions/0350tXGoneGoneGoneGone/x").status, 307)
      << "rights of the other execution count";
  EXPECT_EQ(harness.get("executions/0350tXGoneGoneGoneGone/file?path=kestra://" + root + "/rows.ion").status, 404);
}

TEST(ExecutionFiles, MayLieOnTheMachine) {  // STOR-32
  store::test::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "open");
  std::ofstream(folder.path() / "open" / "rows.ion") << "{a: 1}\n{a: 2}\n";
  std::ofstream(folder.path() / "closed.txt") << "closed";
  std::filesystem::create_symlink(folder.path() / "closed.txt", folder.path() / "open" / "link.txt");
  for (bool open : {true, false}) {
    test::HarnessOptions options;
    if (open) options.host_folder = folder.path() / "open";
    Harness harness(std::move(options));
    harness.deploy(test::log_flow("a.b", "f"));
    const std::string id = harness.run("a.b", "f");
    harness.wait_for_end(id);
    auto asked = [&](std::string_view what, std::string_view path) {
      return harness.get(fmt::format("executions/{}/file{}path=file://{}/{}", id, what, folder.path().string(), path));
    };
    if (!open) {
      for (const char* what : {"?", "/metas?", "/preview?"}) {
        EXPECT_EQ(asked(what, "open/rows.ion").status, 403) << what;
        EXPECT_THAT(asked(what, "open/rows.ion").body, HasSubstr("kestra.local-files.enable-preview")) << what;
      }
      continue;
    }
    EXPECT_EQ(asked("?", "open/rows.ion").body, "{a: 1}\n{a: 2}\n");
    EXPECT_THAT(asked("?", "open/rows.ion").header("Content-Disposition"), HasSubstr("rows.ion"));
    EXPECT_EQ(asked("?format=JSONL&", "open/rows.ion").body, "{\"a\":1}\n{\"a\":2}\n");
    EXPECT_EQ(asked("/metas?", "open/rows.ion").at({"size"}).as_integer(), 14);
    EXPECT_EQ(asked("/preview?", "open/rows.ion").text({"type"}), "LIST");
    EXPECT_EQ(asked("?", "open/none").status, 404);
    for (const char* path : {"closed.txt", "open/link.txt", "open/../closed.txt", "open", ""}) {
      EXPECT_EQ(asked("?", path).status, 403) << path;
      EXPECT_EQ(asked("/preview?", path).status, 403) << path;
    }
  }
}

TEST(Secrets, HaveTheTagsOfTheInstallation) {  // SEC-21
  test::HarnessOptions options;
  options.vault_key = "0123456789abcdef0123456789abcdef";
  options.secret_tags = {{"owner", "data"}};
  Harness harness(std::move(options));
  const auto tags = [&harness](std::string method, std::string target, std::string body) {
    const auto reply = harness.send(std::move(method), std::move(target), std::move(body), "application/json");
    EXPECT_EQ(reply.status, 200) << reply.body;
    std::string all;
    for (const Value& tag : reply.json().items()[0].find("tags")->items())
      all += fmt::format("{}={} ", tag.find("key")->text(), tag.find("value")->text());
    return all;
  };
  EXPECT_EQ(tags("PUT", "namespaces/a/secrets", R"({"key": "K", "value": "v"})"), "owner=data ");
  EXPECT_EQ(
      tags("PUT", "namespaces/a/secrets",
           R"({"key": "K", "value": "v", "tags": [{"key": "owner", "value": "me"}, {"key": "x", "value": "y"}]})"),
      "x=y owner=data ");
  EXPECT_EQ(tags("PATCH", "namespaces/a/secrets/K", R"({"tags": []})"), "owner=data ");
}

TEST(ExecutionFiles, AreUploadedAsInputs) {  // STOR-5, STOR-40, STOR-41
  Harness harness;
  harness.deploy(test::log_flow("a.b", "f", "inputs:\n  - {id: doc, type: FILE, allowedFileExtensions: [.txt]}\n"));
  auto start = [&](std::vector<test::Part> parts) {
    return harness.call(test::form("POST", "executions/a.b/f", parts));
  };
  const auto begun = start({{"doc", "content", "my notes.txt"}});
  ASSERT_EQ(begun.status, 200) << begun.body;
  const std::string uri = begun.text({"inputs", "doc"});
  EXPECT_THAT(uri, HasSubstr(fmt::format("kestra:///a/b/f/executions/{}/inputs/doc/", begun.text({"id"}))));
  EXPECT_EQ(harness.get(fmt::format("executions/{}/file?path={}", begun.text({"id"}), uri)).body, "content");
  const auto former = start({{"files", "content", "doc"}});
  EXPECT_EQ(former.status, 422) << "its extension is `.upl`, which is not allowed: " << former.body;
  EXPECT_EQ(start({{"doc", "x", "a.csv"}}).status, 422);
  harness.deploy(test::log_flow(
      "a.b", "old",
      "inputs:\n  - {id: doc, type: FILE}\n  - {id: csv, type: FILE, extension: .csv, required: false}\n"));
  const auto old_form =
      harness.call(test::form("POST", "executions/a.b/old", {{"files", "1", "doc"}, {"files", "2", "csv"}}));
  ASSERT_EQ(old_form.status, 200) << old_form.body;
  EXPECT_THAT(old_form.text({"inputs", "doc"}), testing::EndsWith("/inputs/doc/doc.upl"));
  EXPECT_THAT(old_form.text({"inputs", "csv"}), testing::EndsWith("/inputs/csv/csv.csv"));
  EXPECT_EQ(start({{"doc", "", "a.txt"}}).status, 422) << "an empty file";
  const auto again = start({{"doc", uri, ""}});
  ASSERT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.text({"inputs", "doc"}), uri) << "the address of a file that is there";
  const size_t stored = harness.storage().paths().size();
  EXPECT_EQ(harness.call(test::form("POST", "executions/a.b/f/validate", {{"doc", "content", "b.txt"}})).status, 200);
  EXPECT_EQ(harness.storage().paths().size(), stored) << "a validation stores nothing";
}

// ---------------------------------------------------------------------------------------------- secrets

constexpr std::string_view vault_key = "0123456789abcdef0123456789abcdef";

TEST(Secrets, OfTheEnvironmentAreReadOnly) {  // SEC-10, SEC-11
  Harness harness({.secrets = {"SECRET_TOKEN=eA==", "SECRET_OTHER=eA=="}});
  const auto list = harness.get("secrets");
  EXPECT_TRUE(list.at({"readOnly"}).as_boolean());
  EXPECT_THAT(texts_of(list.at({"results"}), "key"), ElementsAre("OTHER", "TOKEN"));
  EXPECT_THAT(texts_of(harness.get("namespaces/a.b/inherited-secrets").at({"a.b"})), ElementsAre("OTHER", "TOKEN"));
  const auto refused =
      harness.send("PUT", "namespaces/a.b/secrets", R"({"key": "X", "value": "y"})", "application/json");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("cannot write the secret"));
}

TEST(Secrets, AreKeptEncryptedAndNeverShown) {  // SEC-5, SEC-6, SEC-7, SEC-8, SEC-9
  Harness harness({.secrets = {"SECRET_TOKEN=ZW52"}, .vault_key = std::string(vault_key)});
  auto write = [&](std::string_view namespace_, std::string_view body) {
    return harness.send("PUT", fmt::format("namespaces/{}/secrets", namespace_), std::string(body), "application/json");
  };
  const auto written = write(
      "a", R"({"key": "token", "value": "of a", "description": "what for", "tags": [{"key": "team", "value": "x"}]})");
  ASSERT_EQ(written.status, 200) << written.body;
  EXPECT_EQ(written.body,
            R"([{"key":"TOKEN","namespace":"a","description":"what for","tags":[{"key":"team","value":"x"}]}])");
  ASSERT_EQ(write("a.b.c", R"({"key": "DEEP", "value": "of c"})").status, 200);

  ASSERT_EQ(write("a.b.c", R"({"key": "PARTS", "value": "{\"user\": \"me\", \"port\": 1}"})").status, 200);
  auto secret = [&](std::string_view namespace_, std::string_view key, Value subkey = {}) {
    std::promise<base::Result<Value>> answered;
    auto waiting = answered.get_future();
    model::FlowKey flow{"main", std::string(namespace_), "f"};
    harness.services().host.call({flow, {}, {}},
                                 {"secret", Value::map({{"key", Value::string(key)}, {"subkey", subkey}})},
                                 [&](base::Result<Value> value) { answered.set_value(std::move(value)); });
    auto value = waiting.get();
    return value ? std::string(value->text()) : "error: " + value.error().message();
  };
  EXPECT_EQ(secret("a.b", "Token"), "of a") << "inherited, and it wins over the environment's";
  EXPECT_EQ(secret("z", "token"), "env");
  EXPECT_EQ(secret("a.b", "DEEP"), "error: Cannot find secret for key 'DEEP'.");
  EXPECT_EQ(secret("a.b.c", "deep"), "of c");
  EXPECT_EQ(secret("a.b.c", "parts", Value::string("user")), "me");  // SEC-2
  EXPECT_EQ(secret("a.b.c", "parts", Value::string("none")),
            "error: Cannot find secret sub-key 'none' in secret 'parts'.");

  const auto reader = harness.store().open_reader();
  const auto row = (*reader)->secret("main", "a", "TOKEN").value();
  ASSERT_TRUE(row);
  EXPECT_EQ(row->value.find("of a"), std::string::npos);
  const auto of_namespace = harness.get("namespaces/a.b.c/secrets?size=1");
  EXPECT_EQ(of_namespace.at({"total"}).as_integer(), 3)
      << "its own, and that of the environment: " << of_namespace.body;
  EXPECT_EQ(of_namespace.at({"results"}).size(), 1u);
  EXPECT_FALSE(of_namespace.at({"readOnly"}).as_boolean());
  EXPECT_EQ(harness.get("namespaces/..a/secrets").status, 422);
  EXPECT_EQ(harness.get("secrets?sort=namespace:desc").at({"results"}).items()[0].find("namespace")->text(), "a.b.c");
  EXPECT_EQ(harness.get("secrets?sort=colour").status, 422);
  const auto list = harness.get("secrets?filters[namespace][EQUALS]=a");
  EXPECT_FALSE(list.at({"readOnly"}).as_boolean());
  EXPECT_EQ(list.at({"total"}).as_integer(), 2) << "with that of the environment";
  EXPECT_EQ(list.body.find("of a"), std::string::npos);
  EXPECT_EQ(harness.get("namespaces/a.b/inherited-secrets").body, R"({"a.b":["TOKEN"],"a":["TOKEN"]})");

  const auto patched =
      harness.send("PATCH", "namespaces/a/secrets/token", R"({"description": "new"})", "application/json");
  EXPECT_EQ(patched.body,
            R"([{"key":"TOKEN","namespace":"a","description":"new","tags":[{"key":"team","value":"x"}]}])");
  EXPECT_EQ(harness.send("PATCH", "namespaces/a/secrets/token", R"({"value": "new"})", "application/json").status, 422);
  EXPECT_EQ(secret("a", "token"), "of a");
  EXPECT_EQ(harness.send("DELETE", "namespaces/a/secrets/token").status, 200);
  EXPECT_EQ(harness.send("DELETE", "namespaces/a/secrets/token").status, 404);
  EXPECT_EQ(secret("a", "token"), "env");
}

TEST(Secrets, RefuseInvalidBodies) {  // SEC-6, SEC-7
  Harness harness({.vault_key = std::string(vault_key)});
  for (std::string_view body :
       {R"({"key": "a b", "value": "x"})", R"({"key": "", "value": "x"})", R"({"key": "K"})", R"({"value": "x"})",
        R"([1])", R"({"key": "K", "value": 1})", R"({"key": "K", "value": "x", "tags": [{"value": "x"}]})",
        R"({"key": "K", "value": "x", "tags": "t"})"}) {
    EXPECT_EQ(harness.send("PUT", "namespaces/a/secrets", std::string(body), "application/json").status, 422) << body;
  }
  EXPECT_EQ(harness.send("PUT", "namespaces/..a/secrets", R"({"key": "K", "value": "x"})", "application/json").status,
            422);
  EXPECT_EQ(harness.get("secrets").at({"total"}).as_integer(), 0);
}

}  // namespace
}  // namespace gyr::web
