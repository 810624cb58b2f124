// What tasks do to namespace files, keys and storage by host calls (CORE-54 to CORE-65, CORE-105, NSF-2 to NSF-7,
// KV-6).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "executor/testing/harness.h"
#include "host/namespace_files.h"
#include "host/version_rules.h"

namespace gyr::executor {
namespace {

using base::Value;
using test::Harness;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view namespace_ = "company.team";
constexpr std::string_view logging = "tasks:\n  - {id: a, type: io.kestra.plugin.core.log.Log, message: one}\n";

Value text(std::string_view value) { return Value::string(value); }

struct Data : ::testing::Test {
  Harness server;
  base::Id execution;

  void SetUp() override {
    server.deploy(logging, "logging");
    execution = server.run("logging");
    server.wait_for_end(execution);
  }
  base::Result<Value> ask(std::string function, Value arguments) {
    return server.host_call("logging", execution, std::move(function), std::move(arguments));
  }
  Value call(std::string function, Value arguments) {
    auto answer = ask(std::move(function), std::move(arguments));
    EXPECT_TRUE(answer.has_value()) << answer.error().to_string();
    return answer.value_or(Value());
  }
  std::string refusal(std::string function, Value arguments) {
    auto answer = ask(std::move(function), std::move(arguments));
    EXPECT_FALSE(answer.has_value());
    return answer ? "" : answer.error().message();
  }
  void write(std::string_view path, std::string_view content) {
    auto sink = server.storage().put("main", path);
    ASSERT_TRUE(sink.has_value());
    ASSERT_TRUE((*sink)->write(content).has_value() && (*sink)->finish().has_value());
  }
  std::string content(std::string_view path) {
    auto source = server.storage().get("main", path, 0);
    if (!source) return "<none>";
    std::string bytes(100, '\0');
    bytes.resize((*source)->read(bytes.data(), bytes.size()).value_or(0));
    return bytes;
  }
  /// A file of the running execution becomes a namespace file.
  base::Result<Value> upload(std::string_view path, std::string_view bytes, std::string_view conflict = "OVERWRITE") {
    const std::string from = storage::execution_path(namespace_, "logging", execution) + "/tasks/up/1/x";
    write(from, bytes);
    return ask(
        "namespace-files.put",
        Value::map({{"path", text(path)}, {"uri", text(storage::uri_of_path(from))}, {"conflict", text(conflict)}}));
  }
  /// The content of a revision; `<none>` if it does not exist.
  std::string revision(std::string_view path, int number) {
    const Value exact = Value::map({{"path", text(path)}, {"version", text(std::to_string(number))}});
    auto found = ask("read", exact);
    return found ? std::string(found->text()) : "<none>";
  }
  std::vector<std::string> files() {
    std::vector<std::string> paths;
    const Value listed = call("namespace-files.list", Value::empty_map());
    for (const Value& path : listed.items()) paths.emplace_back(path.text());
    return paths;
  }
  Value set_key(std::string_view key, Value value, Value ttl = {}) {
    return call("kv.set", Value::map({{"key", text(key)}, {"value", std::move(value)}, {"ttl", std::move(ttl)}}));
  }
  int64_t purge(std::string function, std::vector<std::pair<std::string_view, Value>> arguments) {
    base::MapBuilder map;
    for (auto& [name, value] : arguments) map.set(name, std::move(value));
    return call(std::move(function), map.build()).as_integer();
  }
  static Value in_seconds(int64_t seconds) {
    return Value::instant(base::SystemClock().now() + base::Duration::of_seconds(seconds));
  }
};

TEST_F(Data, UploadsBecomeRevisions) {  // NSF-2, NSF-3, NSF-6, CORE-60
  EXPECT_EQ(upload("./a\\b//x.txt", "1").value_or(Value()), text("kestra:///company/team/_files/a/b/x.txt"));
  EXPECT_EQ(upload("/a/b/x.txt", "2").value_or(Value()), text("kestra:///company/team/_files/a/b/x.txt.v2"));
  EXPECT_EQ(revision("/a/b/x.txt", 1) + revision("/a/b/x.txt", 2), "12");
  auto read = [&](std::string_view address) {
    return std::string(call("read", Value::map({{"path", text(address)}})).text());
  };
  EXPECT_EQ(read("kestra:///company/team/_files/a/b/x.txt"), "2")
      << "what fileURI() gives is the newest revision (STOR-35)";
  EXPECT_EQ(read("kestra:///company/team/_files/a/b/x.txt.v2"), "2");
  EXPECT_EQ(read("a/b/x.txt"), "2");
  EXPECT_EQ(content(storage::execution_path(namespace_, "logging", execution) + "/tasks/up/1/x"), "<none>")
      << "it moved";
  EXPECT_TRUE(upload("/a/b/x.txt", "3", "SKIP")->is_null());
  auto refused = upload("/a/b/x.txt", "3", "ERROR");
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message(), HasSubstr("/a/b/x.txt already exists"));
  EXPECT_THAT(files(), ElementsAre("/a/b/x.txt"));
  EXPECT_TRUE(call("namespace-files.delete", Value::map({{"path", text("/a/b/x.txt")}})).as_boolean());
  EXPECT_TRUE(upload("/a/b/x.txt", "4", "ERROR").has_value()) << "a deleted file is no conflict";
  EXPECT_EQ(revision("/a/b/x.txt", 3), "4") << "a deletion does not begin the numbers again";
}

TEST_F(Data, RevisionsOfEarlierVersionsAreRead) {  // NSF-3: the object has the name of the path and the revision
  write("/company/team/_files/old.txt", "1");
  write("/company/team/_files/old.txt.v2", "2");
  store::Batch batch;
  for (int32_t number : {1, 2}) {
    store::NamespaceFileRow row;
    row.tenant = "main";
    row.namespace_ = namespace_;
    row.path = "/old.txt";
    row.revision = number;
    row.size = 1;
    batch.namespace_files.push_back(std::move(row));
  }
  std::promise<base::Result<void>> written;
  server.store().commit(std::move(batch),
                        [&written](base::Result<void> outcome) { written.set_value(std::move(outcome)); });
  ASSERT_TRUE(written.get_future().get().has_value());
  EXPECT_EQ(revision("/old.txt", 1) + revision("/old.txt", 2), "12");
  auto read = [&](std::string_view address) {
    return std::string(call("read", Value::map({{"path", text(address)}})).text());
  };
  EXPECT_EQ(read("kestra:///company/team/_files/old.txt"), "2");
  EXPECT_EQ(read("kestra:///company/team/_files/old.txt.v2"), "2");
  EXPECT_TRUE(upload("/old.txt", "3").has_value());
  EXPECT_EQ(read("old.txt"), "3");
  EXPECT_EQ(content("/company/team/_files/old.txt.v2"), "2");
}

TEST_F(Data, AnAddressIsARevisionUnlessAFileHasThatName) {  // NSF-3, STOR-35
  for (std::string_view bytes : {"1", "2", "3"}) ASSERT_TRUE(upload("/a.txt", bytes).has_value());
  auto read = [&](std::string_view name) {
    auto found = ask("read", Value::map({{"path", text(fmt::format("kestra:///company/team/_files/{}", name))}}));
    return found ? std::string(found->text()) : "<none>";
  };
  EXPECT_EQ(read("a.txt.v2"), "2");
  for (std::string_view none : {"a.txt.v1", "a.txt.v0", "a.txt.v4", "a.txt.v-2", "a.txt.v2x", "a.txt.v", ".v2", "b"})
    EXPECT_EQ(read(none), "<none>") << none;
  ASSERT_TRUE(upload("/a.txt.v2", "another file").has_value());
  EXPECT_EQ(read("a.txt.v2"), "another file");
  EXPECT_EQ(revision("/a.txt", 2), "2") << "it has an object of its own";
  ASSERT_TRUE(call("namespace-files.delete", Value::map({{"path", text("/a.txt")}})).as_boolean());
  EXPECT_EQ(read("a.txt"), "1") << "the object of that name, as before revisions were named by rows";
  EXPECT_EQ(read("a.txt.v3"), "3");
}

TEST_F(Data, LongNamesHaveObjectsOfTheirOwn) {  // NSF-2: a name may have 255 bytes
  const std::string one = "/" + std::string(250, 'n') + "1";
  const std::string two = "/" + std::string(250, 'n') + "2";
  const std::string umlauts =
      "/" + std::string(99, 'n') + "äääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää";
  for (const std::string& path : {one, two, umlauts}) EXPECT_TRUE(upload(path, path).has_value()) << path;
  for (const std::string& path : {one, two, umlauts}) EXPECT_EQ(revision(path, 1), path);
}

TEST_F(Data, UploadsToForbiddenPathsAreRefused) {  // NSF-2, NSF-7
  ASSERT_TRUE(upload("/file", "x").has_value());
  for (std::string_view path : {"/../x", "/_flows/x.yml", "/", "/file/below", ""})
    EXPECT_FALSE(upload(path, "x").has_value()) << path;
  ASSERT_TRUE(upload("/folder/x", "x").has_value());
  EXPECT_FALSE(upload("/folder", "x").has_value());
  write("/other/flow/executions/1/x", "x");
  EXPECT_THAT(refusal("namespace-files.put",
                      Value::map({{"path", text("/a")}, {"uri", text("kestra:///other/flow/executions/1/x")}})),
              HasSubstr("is not a file of this execution"));
  EXPECT_EQ(content("/other/flow/executions/1/x"), "x");
  EXPECT_THAT(refusal("namespace-files.delete", Value::map({{"path", text("/a")}, {"namespace", text("../etc")}})),
              HasSubstr("is not a namespace"));
}

TEST_F(Data, OtherNamespacesAreOpenToAll) {  // CORE-2, KV-8
  const std::string from = storage::execution_path(namespace_, "logging", execution) + "/x";
  write(from, "x");
  EXPECT_EQ(call("namespace-files.put", Value::map({{"namespace", text("other.team")},
                                                    {"path", text("a")},
                                                    {"uri", text(storage::uri_of_path(from))}})),
            text("kestra:///other/team/_files/a"));
  EXPECT_EQ(call("namespace-files.list", Value::map({{"namespace", text("other.team")}})).size(), 1u);
  const Value key = Value::map({{"namespace", text("other.team")}, {"key", text("k")}, {"value", Value::integer(1)}});
  EXPECT_THAT(refusal("kv.set", key), HasSubstr("does not exist")) << "no flow, no key";
  SaveFlow save;
  save.row.key = {"main", "other.team", "theirs"};
  save.row.source = "id: theirs\nnamespace: other.team\n" + std::string(logging);
  ASSERT_TRUE(server.submit(std::move(save)).has_value());
  call("kv.set", key);
  EXPECT_EQ(call("kv", Value::map({{"namespace", text("other.team")}, {"key", text("k")}})).as_integer(), 1);
}

TEST_F(Data, TheFunctionFailsOnAMissingKeyByDefault) {  // KV-9, KV-10
  EXPECT_THAT(refusal("kv", Value::map({{"key", text("none")}})),
              HasSubstr("does not exist in the namespace 'company.team'"));
  EXPECT_TRUE(call("kv", Value::map({{"key", text("none")}, {"errorOnMissing", Value::boolean(false)}})).is_null());
  set_key("there", text("x"));
  EXPECT_EQ(call("kv", Value::map({{"key", text("there")}})), text("x"));
}

TEST_F(Data, WritersOfOneFileAtATime) {  // NSF-3
  std::vector<std::future<base::Result<Value>>> answers;
  constexpr int writers = 8;
  for (int i = 0; i < writers; ++i) {
    const std::string from =
        fmt::format("{}/tasks/up/{}/x", storage::execution_path(namespace_, "logging", execution), i);
    write(from, "x");
    answers.push_back(std::async(std::launch::async, [this, from] {
      return ask("namespace-files.put",
                 Value::map({{"path", text("/same")}, {"uri", text(storage::uri_of_path(from))}}));
    }));
  }
  std::set<std::string> addresses;
  for (auto& answer : answers) addresses.insert(std::string(answer.get().value_or(text("failed")).text()));
  EXPECT_EQ(addresses.size(), static_cast<size_t>(writers)) << "each got a revision of its own";
}

TEST_F(Data, OnlyOneWriterCreatesAKeyThatMustNotExist) {  // KV-6
  std::vector<std::future<bool>> answers;
  for (int i = 0; i < 8; ++i) {
    answers.push_back(std::async(std::launch::async, [this, i] {
      return ask("kv.set",
                 Value::map(
                     {{"key", text("lock")}, {"value", Value::integer(i)}, {"overwrite", Value::boolean(false)}}))
          .has_value();
    }));
  }
  int winners = 0;
  for (auto& answer : answers) winners += answer.get() ? 1 : 0;
  EXPECT_EQ(winners, 1);
}

TEST_F(Data, DeletedFilesRemoveEmptyFoldersOnRequest) {  // CORE-62
  for (std::string_view path : {"/keep/a", "/go/deep/b", "/go/c"}) ASSERT_TRUE(upload(path, "x").has_value());
  auto remove = [&](std::string_view path, bool parents) {
    return call("namespace-files.delete",
                Value::map({{"path", text(path)}, {"deleteParentFolder", Value::boolean(parents)}}))
        .as_boolean();
  };
  EXPECT_TRUE(remove("/keep/a", false));
  EXPECT_TRUE(remove("/go/deep/b", true));
  EXPECT_FALSE(remove("/none", true));
  auto reader = server.store().open_reader();
  std::vector<std::string> left;
  for (const auto& row :
       (*reader)->namespace_files(store::Visible::internal("a test"), "main", std::string(namespace_), "/").value())
    left.push_back(row.path);
  EXPECT_THAT(left, ElementsAre("/go/", "/go/c", "/keep/"));
}

TEST_F(Data, PurgesOldRevisionsWithTheirContent) {  // CORE-64, CORE-65, NSF-4
  for (std::string_view bytes : {"1", "2", "3"}) ASSERT_TRUE(upload("/a.txt", bytes).has_value());
  ASSERT_TRUE(upload("/dir/b.txt", "b").has_value());
  EXPECT_EQ(purge("namespace-files.purge", {{"filePattern", text("*/b*")}}), 0);
  EXPECT_EQ(purge("namespace-files.purge", {{"before", in_seconds(-60)}}), 0);
  EXPECT_EQ(purge("namespace-files.purge", {{"filePattern", text("*.txt")}, {"keepAmount", Value::integer(2)}}), 1);
  EXPECT_EQ(revision("/a.txt", 1), "<none>");
  EXPECT_EQ(revision("/a.txt", 2), "2");
  EXPECT_EQ(server.storage().all_by_prefix("main", "/company/team/_files/", false)->size(), 3U);
  EXPECT_EQ(purge("namespace-files.purge", {{"before", in_seconds(60)}}), 1) << "the newest stays whatever its age";
  EXPECT_EQ(purge("namespace-files.purge", {}), 0);
  EXPECT_EQ(revision("/a.txt", 3), "3");
  EXPECT_EQ(purge("namespace-files.purge", {{"keepAmount", Value::integer(0)}}), 2);
  EXPECT_TRUE(files().empty());
  EXPECT_TRUE(server.storage().all_by_prefix("main", "/company/team/_files/", false)->empty());
  EXPECT_THAT(
      refusal("namespace-files.purge", Value::map({{"before", in_seconds(0)}, {"keepAmount", Value::integer(1)}})),
      HasSubstr("Cannot set both"));
}

TEST_F(Data, PurgesKeysAndTheirVersions) {  // CORE-54, CORE-56, CORE-65
  for (int i = 0; i < 3; ++i) set_key("old", Value::integer(i));
  set_key("gone", Value::integer(1));
  call("kv.delete", Value::map({{"key", text("gone")}}));
  set_key("live", Value::integer(1), Value::duration(base::Duration::of_seconds(3'600)));
  set_key("late", Value::integer(1), Value::duration(base::Duration::of_seconds(0)));
  EXPECT_EQ(purge("kv.purge", {{"keyPattern", text("l*")}}), 1) << "expired ones alone";
  EXPECT_EQ(purge("kv.purge", {{"type", text("version")}, {"keepAmount", Value::integer(2)}}), 1);
  EXPECT_EQ(purge("kv.purge", {{"type", text("version")}, {"before", in_seconds(60)}}), 1);
  EXPECT_EQ(call("kv.get", Value::map({{"key", text("old")}})).find("value")->as_integer(), 2);
  EXPECT_EQ(purge("kv.purge", {{"expiredOnly", Value::boolean(false)}, {"keyPattern", text("g?ne")}}), 1)
      << "deleted keys, too";
  EXPECT_EQ(purge("kv.purge", {{"expiredOnly", Value::boolean(false)}}), 2);
  EXPECT_EQ(call("kv.keys", Value::empty_map()).size(), 0u);
}

TEST_F(Data, ChoosesNamespacesThatHaveData) {  // CORE-54, CORE-64
  set_key("a", Value::integer(1));
  ASSERT_TRUE(upload("/a", "x").has_value());
  auto chosen = [&](Value arguments) { return call("data.namespaces", std::move(arguments)); };
  const Value own = Value::list({text(namespace_)});
  EXPECT_EQ(chosen(Value::empty_map()), own);
  EXPECT_EQ(chosen(Value::map({{"namespaces", Value::list({text("company")})}})), own);
  EXPECT_EQ(chosen(Value::map({{"namespaces", Value::list({text("company")})},
                               {"includeChildNamespaces", Value::boolean(false)}}))
                .size(),
            0u);
  EXPECT_EQ(chosen(Value::map({{"namespaces", Value::list({text("comp")})}})).size(), 0u);
  EXPECT_EQ(chosen(Value::map({{"namespacePattern", text("*.team")}})), own);
  EXPECT_EQ(chosen(Value::map({{"namespacePattern", text("company")}})).size(), 0u);
  EXPECT_THAT(refusal("data.namespaces", Value::map({{"namespaces", own}, {"namespacePattern", text("*")}})),
              HasSubstr("Cannot set both"));
}

TEST_F(Data, PurgesStorageByDate) {  // CORE-105
  const std::string folder = storage::execution_path(namespace_, "logging", execution);
  const std::string other =
      storage::execution_path("company.team-b", "logging", base::make_id(base::SystemClock().now()));
  write(folder + "/tasks/a/1/x", "x");
  write(folder + "/inputs/i/y", "y");
  write(other + "/tasks/a/1/x", "x");
  ASSERT_TRUE(upload("/executions/notes.txt", "n").has_value());
  auto count = [](const Value& answer, std::string_view name) { return answer.find(name)->as_integer(); };
  auto arguments = [&](Value flow, Value from, Value to, bool dry) {
    return Value::map({{"namespace", text(namespace_)},
                       {"flowId", std::move(flow)},
                       {"startDate", std::move(from)},
                       {"endDate", std::move(to)},
                       {"dryRun", Value::boolean(dry)}});
  };
  const Value early = call("storage.purge", arguments({}, {}, in_seconds(-60), false));
  EXPECT_EQ(count(early, "scanned"), 1);
  EXPECT_EQ(count(early, "purged"), 0);
  const Value dry = call("storage.purge", arguments(text("logging"), in_seconds(-60), in_seconds(60), true));
  EXPECT_EQ(count(dry, "purged"), 1);
  EXPECT_EQ(count(dry, "files"), 0);
  EXPECT_EQ(content(folder + "/inputs/i/y"), "y");
  EXPECT_EQ(count(call("storage.purge", arguments(text("none"), {}, in_seconds(60), false)), "scanned"), 0);
  const Value done = call("storage.purge", arguments(text("logging"), in_seconds(-60), in_seconds(60), false));
  EXPECT_EQ(count(done, "files"), 2);
  EXPECT_TRUE(done.find("after")->is_null());
  EXPECT_EQ(content(folder + "/inputs/i/y"), "<none>");
  EXPECT_EQ(content(other + "/tasks/a/1/x"), "x") << "another namespace";
  EXPECT_THAT(files(), ElementsAre("/executions/notes.txt")) << "namespace files are no files of executions";
  EXPECT_TRUE(server.row(execution).has_value()) << "records stay";
  EXPECT_THAT(refusal("storage.purge", Value::map({{"flowId", text("logging")}, {"endDate", in_seconds(0)}})),
              HasSubstr("needs a `namespace`"));
}

TEST_F(Data, PurgesStorageInSteps) {  // CORE-102, CORE-105
  constexpr int many = 520;
  for (int i = 0; i < many; ++i) {
    const std::string namespaces[] = {"s.a", "s.a-b", "s", "s.a.b"};
    write(storage::execution_path(namespaces[i % 4], "f", base::make_id(base::SystemClock().now())) + "/x", "x");
  }
  int64_t scanned = 0;
  int64_t files = 0;
  int calls = 0;
  for (Value after = text(""); !after.is_null() && calls < 10; ++calls) {
    const Value answer = call("storage.purge", Value::map({{"namespace", text("s")},
                                                           {"endDate", in_seconds(60)},
                                                           {"dryRun", Value::boolean(false)},
                                                           {"after", after}}));
    scanned += answer.find("scanned")->as_integer();
    files += answer.find("files")->as_integer();
    after = *answer.find("after");
  }
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(scanned, many);
  EXPECT_EQ(files, many);
}

TEST(Wildcards, StandForAnyText) {
  EXPECT_TRUE(wildcard_matches("", ""));
  EXPECT_TRUE(wildcard_matches("*", ""));
  EXPECT_TRUE(wildcard_matches("**/b*", "/dir/b.txt"));
  EXPECT_TRUE(wildcard_matches("a*b*c", "a.b.bc"));
  EXPECT_TRUE(wildcard_matches("a?c", "abc"));
  EXPECT_FALSE(wildcard_matches("a?c", "ac"));
  EXPECT_FALSE(wildcard_matches("a*b", "abx"));
  EXPECT_FALSE(wildcard_matches("", "x"));
  // A pattern that makes others look back for ever.
  EXPECT_FALSE(wildcard_matches("*a*a*a*a*a*a*a*a*b", std::string(20'000, 'a')));
}

}  // namespace
}  // namespace gyr::executor
