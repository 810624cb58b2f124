// Flows that others wrote: those the reference accepts and those it refuses. They are data for reading, not part of the
// repository; without the folder the test says so and is skipped.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <set>

#include "model/errors.h"
#include "model/flow_parser.h"
#include "plugin_api/test_plugins.h"

namespace gyr::plugin {

namespace {

std::string corpus() {
  const char* folder = std::getenv("GYR_CORPUS");
  return folder != nullptr ? folder : testing::source_folder() + "/../shared/corpus";
}

std::vector<std::filesystem::path> flows(const std::string& kind) {
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(corpus() + "/flows/" + kind, none)) {
    if (entry.path().extension() == ".yaml" || entry.path().extension() == ".yml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

/// Types of tasks live in other modules; a flow is fine here if nothing but such a type is missing.
bool only_unknown_types(const model::ParsedFlow& parsed, std::set<std::string>& missing) {
  bool only = true;
  for (const auto& found : parsed.diagnostics) {
    if (found.severity != syntax::Severity::error) continue;
    if (found.code == model::unknown_type && found.message.starts_with("Invalid type: io.kestra.")) {
      missing.insert(found.message.substr(std::string_view("Invalid type: ").size()));
    } else {
      only = false;
    }
  }
  return only;
}

TEST(Corpus, AcceptedFlowsParse) {
  const auto files = flows("valids");
  if (files.empty()) GTEST_SKIP() << "no corpus of flows at " << corpus();
  std::set<std::string> missing;
  // 1.3 refuses what earlier versions took: a default on an input that is not required (FLOW-21), a reserved id
  // (FLOW-5).
  const std::set<std::string> refused_now = {"kv.yaml", "pause.yaml"};
  int whole = 0;
  for (const auto& file : files) {
    const auto parsed = model::parse_flow(testing::read_file(file.string()).value_or(""), testing::test_registry());
    EXPECT_EQ(only_unknown_types(parsed, missing), !refused_now.contains(file.filename().string()))
        << file.filename() << ": " << model::violation_lines(parsed, model::PathStyle::position);
    whole += parsed.ok() ? 1 : 0;
  }
  EXPECT_GE(files.size(), 100U);
  EXPECT_GE(whole, 40);
  std::cout << whole << " of " << files.size() << " flows parse whole; types of other modules: " << missing.size()
            << "\n";
}

TEST(Corpus, RefusedFlowsAreRefusedWithAPlace) {
  const auto files = flows("invalids");
  if (files.empty()) GTEST_SKIP() << "no corpus of flows at " << corpus();
  // Refused only because of types of other modules, or because of an edition without worker groups.
  const std::set<std::string> elsewhere = {"worker-group.yaml"};
  for (const auto& file : files) {
    const auto parsed = model::parse_flow(testing::read_file(file.string()).value_or(""), testing::test_registry());
    if (elsewhere.contains(file.filename().string())) continue;
    EXPECT_FALSE(parsed.ok()) << file.filename();
    for (const auto& found : parsed.diagnostics)
      EXPECT_TRUE(found.span.has_value()) << file.filename() << ": " << found.message;
  }
}

}  // namespace

}  // namespace gyr::plugin
