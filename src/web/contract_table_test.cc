// Our API description beside the published contracts (testdata/contract.tsv): every difference has a reason in
// testdata/contract_reasons.tsv, and every reason has a difference (API-50).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.h"
#include "syntax/test_files.h"
#include "web/http/open_api.h"
#include "web/routes.h"

namespace gyr::web {
namespace {

using base::Value;
using Names = std::set<std::string>;

struct Operation {
  std::string id;
  Names query, body, answer;
};
/// By method and path, with `{}` for parameters.
using Contract = std::map<std::string, Operation>;

std::string without_names(std::string_view path) {
  std::string out;
  bool inside = false;
  for (char c : path) {
    if (c == '}') inside = false;
    if (!inside) out += c;
    if (c == '{') inside = true;
  }
  return out;
}

std::vector<std::vector<std::string>> rows_of(std::string_view file) {
  const std::string text = syntax::read_file(syntax::source_dir() / "src" / "web" / "testdata" / file);
  std::vector<std::vector<std::string>> rows;
  for (std::string_view line : base::split(text, '\n')) {
    if (line.empty() || line.starts_with('#')) continue;
    std::vector<std::string> cells;
    for (std::string_view cell : base::split(line, '\t')) cells.emplace_back(cell);
    rows.push_back(std::move(cells));
  }
  return rows;
}

Names names_of(std::string_view joined) {
  Names names;
  for (std::string_view name : base::split(joined, ',')) {
    if (!name.empty()) names.emplace(name);
  }
  return names;
}

Contract published() {
  Contract contract;
  for (const auto& row : rows_of("contract.tsv")) {
    EXPECT_EQ(row.size(), 6u) << row[0] << " " << row[1];
    if (row.size() != 6) continue;
    contract[row[0] + " " + row[1]] = {row[2], names_of(row[3]), names_of(row[4]), names_of(row[5])};
  }
  return contract;
}

/// The fields of an object, those of the elements of a list, and of what a page has as its results.
void collect(const JsonType& type, const std::string& prefix, Names& names) {
  if (type.kind == JsonKind::list) return collect(type.item(), prefix + "[]", names);
  for (const JsonField& field : type.fields) {
    const std::string path = prefix.empty() ? std::string(field.name) : fmt::format("{}.{}", prefix, field.name);
    names.insert(path);
    if (field.name == "results") collect(field.type(), path, names);
  }
}

Operation operation_of(const Route& route) {
  Operation operation{std::string(route.operation), {}, {}, {}};
  for (const QueryParameter& parameter : route.query) operation.query.emplace(parameter.name);
  if (route.page_size) operation.query.insert({"page", "size", "sort"});
  if (route.filters) operation.query.emplace("filters");
  for (const QueryParameter& parameter : route.older) operation.query.emplace(parameter.name);
  if (const JsonTypeSource takes = route.body_type()) collect(takes(), "", operation.body);
  if (const JsonTypeSource answer = route.answer_type().json) collect(answer(), "", operation.answer);
  return operation;
}

Contract ours() {
  Contract contract;
  for (const Route& route : all_routes()) {
    std::vector<std::string_view> paths{route.path};
    paths.insert(paths.end(), route.also.begin(), route.also.end());
    for (std::string_view path : paths)
      contract[fmt::format("{} {}", to_text(route.method), without_names(full_path(path)))] = operation_of(route);
  }
  return contract;
}

void compare(std::string_view what, const Operation& theirs, const Operation& own, Names Operation::* names,
             std::vector<std::string>& found) {
  for (const std::string& name : theirs.*names) {
    if (!(own.*names).contains(name)) found.push_back(fmt::format("{} {} lacks {}", what, theirs.id, name));
  }
  for (const std::string& name : own.*names) {
    if (!(theirs.*names).contains(name)) found.push_back(fmt::format("{} {} has {}", what, theirs.id, name));
  }
}

std::vector<std::string> differences() {
  const Contract theirs = published();
  const Contract own = ours();
  std::vector<std::string> found;
  for (const auto& [key, operation] : theirs) {
    const auto here = own.find(key);
    if (here == own.end()) {
      found.push_back(fmt::format("operation {} {} is missing", key, operation.id));
      continue;
    }
    if (here->second.id != operation.id)
      found.push_back(fmt::format("operation {} {} is called {}", key, operation.id, here->second.id));
    compare("query", operation, here->second, &Operation::query, found);
    compare("body", operation, here->second, &Operation::body, found);
    compare("answer", operation, here->second, &Operation::answer, found);
  }
  for (const auto& [key, operation] : own) {
    if (!theirs.contains(key)) found.push_back(fmt::format("operation {} {} is ours", key, operation.id));
  }
  return found;
}

/// `*` stands for any text.
bool matches(std::string_view pattern, std::string_view text) {
  const size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == text;
  if (!text.starts_with(pattern.substr(0, star))) return false;
  for (size_t at = star; at <= text.size(); ++at) {
    if (matches(pattern.substr(star + 1), text.substr(at))) return true;
  }
  return false;
}

TEST(ContractTable, EveryDifferenceHasAReasonAndEveryReasonADifference) {  // API-50
  const std::vector<std::string> found = differences();
  const auto reasons = rows_of("contract_reasons.tsv");
  for (const std::string& difference : found) {
    const bool has_reason =
        std::ranges::any_of(reasons, [&](const auto& reason) { return matches(reason[0], difference); });
    EXPECT_TRUE(has_reason) << "WITHOUT A REASON: " << difference;
  }
  for (const auto& reason : reasons) {
    ASSERT_EQ(reason.size(), 2u) << reason[0];
    EXPECT_FALSE(reason[1].empty()) << reason[0];
    const bool is_needed =
        std::ranges::any_of(found, [&](const std::string& difference) { return matches(reason[0], difference); });
    EXPECT_TRUE(is_needed) << "WITHOUT A DIFFERENCE: " << reason[0];
  }
}

TEST(ContractTable, PatternsMatchAnyTextAtTheirStars) {
  EXPECT_TRUE(matches("operation * is missing", "operation GET /x y is missing"));
  EXPECT_TRUE(matches("a*c*e", "abcde"));
  EXPECT_FALSE(matches("a*c", "ab"));
  EXPECT_FALSE(matches("abc", "abcd"));
}

TEST(OpenApi, EveryObjectIsDescribedOnceAndEveryReferenceLeadsToOne) {  // API-50
  const Value document = contract_of(all_routes(), "1.3.0");
  const Value* schemas = document.find_path({"components", "schemas"});
  ASSERT_NE(schemas, nullptr);
  const std::string text = to_json(document);
  constexpr std::string_view reference = "\"$ref\":\"#/components/schemas/";
  size_t count = 0;
  for (size_t at = text.find(reference); at != std::string::npos; at = text.find(reference, at + 1)) {
    const size_t begin = at + reference.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_NE(schemas->find(name), nullptr) << name;
    ++count;
  }
  EXPECT_GT(count, 200u);
  for (const Route& route : all_routes()) {
    const std::string method = base::to_lower_ascii(to_text(route.method));
    const Value* operation = document.find("paths")->find(full_path(route.path))->find(method);
    ASSERT_NE(operation, nullptr) << route.operation;
    const Value* good = operation->find_path({"responses", std::to_string(route.status)});
    ASSERT_NE(good, nullptr) << route.operation;
    if (route.answer_type().json != nullptr)
      EXPECT_NE(good->find_path({"content", "application/json", "example"}), nullptr) << route.operation;
    EXPECT_NE(operation->find_path({"responses", "default", "content", "application/json", "schema"}), nullptr);
  }
}

TEST(OpenApi, ParametersOfOlderClientsAreDescribedAsSuch) {  // API-31
  const Value document = contract_of(all_routes(), "1.3.0");
  const auto parameter = [&document](std::string_view path, std::string_view name) {
    const Value* list = document.find("paths")->find(path)->find_path({"get", "parameters"});
    for (const Value& one : list->items()) {
      if (one.find("name")->text() == name) return one;
    }
    return Value();
  };
  const Value namespace_ = parameter("/api/v1/{tenant}/executions/search", "namespace");
  ASSERT_TRUE(namespace_.is_map());
  EXPECT_TRUE(namespace_.find("deprecated")->as_boolean());
  EXPECT_EQ(parameter("/api/v1/{tenant}/executions/search", "page").find("deprecated"), nullptr);
  EXPECT_TRUE(parameter("/api/v1/{tenant}/executions/export/by-query/csv", "namespace").is_null());
  const Value level = parameter("/api/v1/{tenant}/logs/search", "minLevel");
  ASSERT_TRUE(level.is_map());
  EXPECT_EQ(level.find_path({"schema", "enum"})->items().back().text(), "TRACE");
}

/// The names of the types of a document, to find two types of the same name.
void check_names(const JsonType& type, std::map<std::string, const JsonType*>& known) {
  if (type.kind == JsonKind::object) {
    const auto [place, is_new] = known.emplace(type.name, &type);
    EXPECT_EQ(place->second, &type) << "two types are called " << type.name;
    if (!is_new) return;
    for (const JsonField& field : type.fields) check_names(field.type(), known);
  } else if (type.item != nullptr) {
    check_names(type.item(), known);
  }
}

TEST(OpenApi, NoTwoTypesHaveTheSameName) {  // API-50
  std::map<std::string, const JsonType*> known;
  for (const Route& route : all_routes()) {
    if (const JsonTypeSource takes = route.body_type()) check_names(takes(), known);
    if (const JsonTypeSource answer = route.answer_type().json) check_names(answer(), known);
  }
  EXPECT_GT(known.size(), 80u);
}

}  // namespace
}  // namespace gyr::web
