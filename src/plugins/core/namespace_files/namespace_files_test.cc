// Tasks on namespace files, and purges of versions (CORE-54 to CORE-65, CORE-105).
#include "plugins/core/namespace_files/namespace_files.h"

#include <gmock/gmock.h>

#include <fstream>

#include "plugins/testing/task_test.h"

namespace gyr::plugins::testing {
namespace {

using base::Value;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A namespace of the test: paths of its files; those in `taken` are a conflict.
class NamespaceTasks : public TaskTest {
 protected:
  NamespaceTasks() {
    context->host = [this](std::string_view function, const Value& arguments) { return answer(function, arguments); };
  }
  base::Result<Value> answer(std::string_view function, const Value& arguments) {
    if (function == "namespace-files.list") return paths;
    if (function == "namespace-files.delete") return Value::boolean(arguments.find("path")->text() != "/gone");
    if (function == "data.namespaces") return Value::list({text("a"), text("a.b")});
    if (function == "kv.purge" || function == "namespace-files.purge") return Value::integer(2);
    if (function == "storage.purge") {
      const bool first = arguments.find("after")->is_null();
      return Value::map({{"scanned", Value::integer(5)},
                         {"purged", Value::integer(2)},
                         {"files", Value::integer(3)},
                         {"after", first ? text("/x") : Value()}});
    }
    if (arguments.find("path")->text() == "/kept.txt") return Value();
    return text(fmt::format("kestra:///ns/_files{}", arguments.find("path")->text()));
  }
  static std::string task(std::string_view type, std::string_view more) {
    return fmt::format("{{id: t, type: io.kestra.plugin.core.{}, {}}}", type, more);
  }
  void write(std::string_view name, std::string_view content) {
    const auto file = *context->fake_files.working_directory() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << content;
  }
  /// The paths that were put, in order.
  std::vector<std::string> put() {
    std::vector<std::string> found;
    for (const auto& [function, arguments] : context->host_calls) {
      if (function == "namespace-files.put") found.emplace_back(arguments.find("path")->text());
    }
    return found;
  }
  const Value& last_arguments() const { return context->host_calls.back().second; }
  Value paths = Value::empty_list();
};

TEST_F(NamespaceTasks, UploadsWhatMatches) {  // CORE-60, CORE-63, NSF-31
  write("p.txt", "P");
  write("s/q.txt", "Q");
  write("s/r.csv", "R");
  const Value outcome = outputs(
      task("namespace.UploadFiles", "namespace: a.b, files: ['s/**', '/p.*'], destination: folder, conflict: ERROR"));
  EXPECT_THAT(put(), ElementsAre("/folder/p.txt", "/folder/s/q.txt", "/folder/s/r.csv"));
  EXPECT_EQ(*outcome.find("files")->find("/folder/p.txt"), text("kestra:///ns/_files/folder/p.txt"));
  EXPECT_EQ(*last_arguments().find("conflict"), text("ERROR"));
  EXPECT_EQ(*last_arguments().find("namespace"), text("a.b"));
  EXPECT_TRUE(std::filesystem::exists(*context->fake_files.working_directory() / "p.txt"))
      << "the next task of the directory needs it";
}

TEST_F(NamespaceTasks, UploadsMaps) {  // CORE-60, CORE-63
  const std::string uri = context->fake_files.put("one", "1");
  const Value outcome = outputs(task(
      "namespace.UploadFiles",
      fmt::format("namespace: n, filesMap: {{sub/one.txt: '{0}', miss.txt: '{0}x', kept.txt: '{0}'}}, destination: /",
                  uri)));
  EXPECT_THAT(put(), ElementsAre("/sub/one.txt", "/kept.txt"));
  EXPECT_EQ(outcome.find("files")->size(), 1u);
  EXPECT_EQ(context->fake_files.stored.size(), 2u) << "of a file that was kept no copy stays";
  EXPECT_EQ(outputs(task("namespace.UploadFiles",
                         fmt::format("namespace: n, filesMap: '{{\"two.txt\": \"{}\"}}', destination: deep/er/", uri)))
                .find("files")
                ->size(),
            1u);
  EXPECT_EQ(put().back(), "/deep/er/two.txt");
}

TEST_F(NamespaceTasks, RefusesUploadsOfNothing) {  // CORE-63
  EXPECT_EQ(failure(task("namespace.UploadFiles", "namespace: n")), "files or filesMap is required");
  EXPECT_THAT(failure(task("namespace.UploadFiles", "namespace: n, filesMap: {x: some text}")), HasSubstr("some text"));
  EXPECT_THAT(failure(task("namespace.UploadFiles", "namespace: n, filesMap: no map")),
              HasSubstr("`filesMap` must be a map"));
  EXPECT_THAT(failure(task("namespace.UploadFiles", "namespace: n, files: ['a['] ")), HasSubstr("a["));
  EXPECT_FALSE(problems(task("namespace.UploadFiles", "files: [a]")).empty());
}

TEST_F(NamespaceTasks, Downloads) {  // CORE-61
  paths = Value::list({text("/a.txt"), text("/wd/p.txt"), text("/x/wd/z.txt")});
  for (std::string_view path : {"/a.txt", "/wd/p.txt", "/x/wd/z.txt"})
    context->fake_files.namespace_files[fmt::format("nsfile://n{}", path)] = path;
  auto found = [&](std::string_view more) {
    std::vector<std::string> names;
    const Value outcome = outputs(task("namespace.DownloadFiles", fmt::format("namespace: n, {}", more)));
    for (const auto& entry : outcome.find("files")->entries()) names.emplace_back(entry.name());
    return names;
  };
  EXPECT_THAT(found("files: [a.txt]"), ElementsAre("/a.txt"));
  EXPECT_THAT(found("files: '/wd/**'"), ElementsAre("/wd/p.txt"));
  EXPECT_THAT(found("files: 'wd/**'"), ElementsAre("/wd/p.txt", "/x/wd/z.txt"));
  EXPECT_THAT(found("files: ['regex:/wd/[a-z]+.txt']"), ElementsAre("/wd/p.txt"));
  EXPECT_THAT(found(R"(files: '["nothing", "/a.*"]')"), ElementsAre("/a.txt"));
  EXPECT_THAT(found("files: [nothing]"), ElementsAre());
  EXPECT_EQ(context->metric_value("downloaded"), 6);
  const Value outcome = outputs(task("namespace.DownloadFiles", "namespace: n, files: a.txt, destination: target"));
  EXPECT_EQ(*outcome.find("files")->find("/a.txt"), text("kestra:///files/target/a.txt"));
  EXPECT_EQ(context->fake_files.stored["kestra:///files/target/a.txt"], "/a.txt");
}

TEST_F(NamespaceTasks, Deletes) {  // CORE-62
  paths = Value::list({text("/a"), text("/b"), text("/gone")});
  EXPECT_TRUE(outputs(task("namespace.DeleteFiles", "namespace: n, files: ['/a', '/gone'], deleteParentFolder: true"))
                  .is_null());
  EXPECT_EQ(context->metric_value("deleted"), 1);
  EXPECT_TRUE(last_arguments().find("deleteParentFolder")->as_boolean());
  EXPECT_THAT(failure(task("namespace.DeleteFiles", "namespace: n, files: {a: b}")), HasSubstr("pattern"));
}

TEST_F(NamespaceTasks, PurgesVersions) {  // CORE-56, CORE-64, CORE-65
  EXPECT_EQ(
      outputs(task("namespace.PurgeFiles",
                   "namespaces: [a], filePattern: '*.csv', behavior: {type: version, keepAmount: '{{ 1 + 1 }}'}")),
      Value::map({{"size", Value::integer(4)}}));
  EXPECT_EQ(
      last_arguments(),
      Value::map({{"filePattern", text("*.csv")}, {"keepAmount", Value::integer(2)}, {"namespace", text("a.b")}}));
  outputs(task("kv.PurgeKV", "behavior: {type: version, before: '2024-05-01T10:00:00Z'}"));
  EXPECT_EQ(*last_arguments().find("before"), Value::instant(base::Instant{1714557600, 0}));
  EXPECT_EQ(*last_arguments().find("type"), text("version"));
  outputs(task("kv.PurgeKV", "behavior: {type: key, expiredOnly: false}"));
  EXPECT_FALSE(last_arguments().find("expiredOnly")->as_boolean());
  outputs(task("kv.PurgeKV", "behavior: {type: version, keepAmount: 3}, expiredOnly: true"));
  EXPECT_EQ(*last_arguments().find("type"), text("key")) << "the former property wins";
  outputs(task("kv.PurgeKV", "keyPattern: 'a*'"));
  EXPECT_TRUE(last_arguments().find("expiredOnly")->as_boolean());
}

TEST_F(NamespaceTasks, RefusesPurgesThatSayTwoThings) {  // CORE-56, CORE-65
  for (std::string_view type : {"namespace.PurgeFiles", "kv.PurgeKV"}) {
    EXPECT_THAT(failure(task(type, "namespaces: [a], namespacePattern: 'x*'")),
                HasSubstr("Cannot set both `namespaces` and `namespacePattern`"));
    EXPECT_THAT(failure(task(type, "behavior: {type: version, before: '2024-01-01T00:00:00Z', keepAmount: 1}")),
                HasSubstr("Cannot set both `before` and `keepAmount`"));
    EXPECT_THAT(failure(task(type, "behavior: {type: version, keepAmount: -1}")), HasSubstr("keepAmount"));
    EXPECT_THAT(failure(task(type, "behavior: {type: version, before: yesterday}")),
                HasSubstr("`yesterday` is not a date"));
    EXPECT_THAT(failure(task(type, "behavior: {type: version, keep: 1}")), HasSubstr("no property `keep`"));
    EXPECT_THAT(failure(task(type, "behavior: {type: all}")), HasSubstr("`behavior.type` must be one of"));
  }
}

TEST_F(NamespaceTasks, PurgesStorageStepByStep) {  // CORE-105
  EXPECT_EQ(outputs(task("storage.PurgeStorage", "endDate: '2024-05-01T10:00:00Z', namespace: a, flowId: f")),
            Value::map({{"scannedCount", Value::integer(10)},
                        {"purgedCount", Value::integer(4)},
                        {"deletedFilesCount", Value::integer(6)}}));
  EXPECT_TRUE(last_arguments().find("dryRun")->as_boolean());
  EXPECT_EQ(*last_arguments().find("after"), text("/x"));
  EXPECT_EQ(context->lines(model::LogLevel::info).size(), 2u);
  EXPECT_EQ(context->metric_value("deleted.files"), 6);
  EXPECT_THAT(failure(task("storage.PurgeStorage", "endDate: '2024-05-01T10:00:00Z', flowId: f")),
              HasSubstr("requires `namespace`"));
  EXPECT_FALSE(problems(task("storage.PurgeStorage", "namespace: a")).empty());
}

}  // namespace
}  // namespace gyr::plugins::testing
