#include "web/http/described.h"

#include <gtest/gtest.h>

#include "model/execution.h"
#include "web/http/typed_query.h"

namespace gyr::web {
namespace {

struct Tag {
  std::string key;
  std::string value;
};
struct ShownExecution {
  const model::Execution* execution;
  const std::vector<Tag>* tags;
};
struct SmallQuery {
  bool cascade = true;
  std::optional<int32_t> revision;
  std::optional<model::State> state;
  std::vector<std::string> labels;
};

}  // namespace

template <>
struct Described<Tag> {
  static constexpr std::string_view name = "Tag";
  static constexpr auto fields = std::tuple(field("key", &Tag::key), field("value", &Tag::value));
};
template <>
struct Described<ShownExecution> {
  static constexpr std::string_view name = "ShownExecution";
  static constexpr auto fields = std::tuple(
      field("id", [](const ShownExecution& of) { return of.execution->id; }),
      field("kind", [](const ShownExecution& of) { return of.execution->kind; }),
      field("tags", [](const ShownExecution& of) { return std::span<const Tag>(*of.tags); }),
      field("error", [](const ShownExecution& of) {
        return of.execution->error.empty() ? std::nullopt : std::optional<std::string_view>(of.execution->error);
      }));
};
template <>
struct DescribedQuery<SmallQuery> {
  using Q = SmallQuery;
  static constexpr auto parameters =
      std::tuple(parameter("isOnKillCascade", &Q::cascade), parameter("revision", &Q::revision, {.least = 1}),
                 parameter("state", &Q::state, {.required = true}), parameter("labels", &Q::labels));
};

namespace {

TEST(Described, AFunctionOfAnObjectGivesAField) {  // API-23
  model::Execution execution;
  execution.id = *base::Id::parse("1");
  const std::vector<Tag> tags{{"team", "a\"b"}};
  EXPECT_EQ(to_json(ShownExecution{&execution, &tags}),
            "{\"id\":\"" + execution.id.to_text() + R"(","kind":"NORMAL","tags":[{"key":"team","value":"a\"b"}]})");
  execution.error = "why";
  EXPECT_TRUE(to_json(ShownExecution{&execution, &tags}).ends_with(R"(],"error":"why"})"));
  const JsonType& type = json_type<ShownExecution>();
  EXPECT_EQ(type.fields[0].type().kind, JsonKind::string);
  EXPECT_EQ(type.fields[2].type().item().name, "Tag");
  EXPECT_FALSE(type.fields[3].is_required);
}

TEST(Described, AQueryDescribesItsParameters) {  // API-27, API-50
  const auto parameters = described::parameters_of<SmallQuery>();
  ASSERT_EQ(parameters.size(), 4u);
  EXPECT_EQ(parameters[0].kind, ValueKind::boolean);
  EXPECT_EQ(parameters[0].fallback, "true") << "the value of its member";
  EXPECT_EQ(parameters[1].kind, ValueKind::integer);
  EXPECT_EQ(parameters[1].least, 1);
  EXPECT_EQ(parameters[2].kind, ValueKind::state);
  EXPECT_TRUE(parameters[2].required);
  EXPECT_EQ(parameters[3].kind, ValueKind::text_list);
}

}  // namespace
}  // namespace gyr::web
