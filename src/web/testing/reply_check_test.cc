#include "web/testing/reply_check.h"

#include <gmock/gmock.h>

#include "net/url.h"
#include "syntax/json.h"
#include "web/http/values.h"
#include "web/plugins/values.h"

namespace gyr::web::test {
namespace {

using base::Value;

std::string_view kind_name(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::null: return "null";
    case Value::Kind::boolean: return "a boolean";
    case Value::Kind::integer: return "an integer";
    case Value::Kind::string: return "a string";
    case Value::Kind::list: return "a list";
    case Value::Kind::map: return "an object";
    default: return "a number";
  }
}

bool is_of(const Value& value, const JsonType& type) {
  switch (type.kind) {
    case JsonKind::any: return true;
    case JsonKind::string: return value.is_string();
    case JsonKind::integer: return value.is_integer();
    case JsonKind::number: return value.is_numeric();
    case JsonKind::boolean: return value.is_boolean();
    case JsonKind::list: return value.is_list();
    case JsonKind::object:
    case JsonKind::map: return value.is_map();
  }
  return false;
}

void compare(const Value& value, const JsonType& type, const std::string& path, std::vector<std::string>& found) {
  if (!is_of(value, type)) {
    found.push_back(fmt::format("{}: is {}", path, kind_name(value)));
    return;
  }
  if (type.kind == JsonKind::list) {
    for (size_t i = 0; i < value.size(); ++i)
      compare(value.items()[i], type.item(), fmt::format("{}[{}]", path, i), found);
  } else if (type.kind == JsonKind::map) {
    for (const auto& entry : value.entries())
      compare(entry.value, type.item(), fmt::format("{}.{}", path, entry.name()), found);
  } else if (type.kind == JsonKind::object) {
    for (const auto& entry : value.entries()) {
      const auto field = std::ranges::find(type.fields, entry.name(), &JsonField::name);
      if (field == type.fields.end()) {
        if (type.is_open) continue;
        found.push_back(fmt::format("{}.{}: {} does not describe it", path, entry.name(), type.name));
      } else {
        compare(entry.value, field->type(), fmt::format("{}.{}", path, entry.name()), found);
      }
    }
    for (const JsonField& field : type.fields) {
      if (field.is_required && value.find(field.name) == nullptr)
        found.push_back(fmt::format("{}.{}: {} requires it", path, field.name, type.name));
    }
  } else if (!type.values.empty() && std::ranges::find(type.values, value.text()) == type.values.end()) {
    found.push_back(fmt::format("{}: `{}` is not one of its values", path, value.text()));
  }
}

std::vector<std::string> compare_text(std::string_view body, const JsonType& type) {
  const auto parsed = syntax::parse_json(body);
  if (!parsed) return {"the body is not JSON: " + std::string(body.substr(0, 200))};
  return differences(*parsed, type);
}

const Route* route_of(const Call& call, const Router& router, std::string_view context_path) {
  const std::string target = call.target.starts_with('/') ? call.target : "/api/v1/main/" + call.target;
  std::string_view path = net::split_target(target).path;
  if (!path.starts_with(context_path)) return nullptr;
  path.remove_prefix(context_path.size());
  PathSegments segments;
  const auto method = parse_method(call.method);
  if (!method || call.method == "HEAD" || !segments.assign(path)) return nullptr;
  const Match match = router.match(*method, segments);
  return match.path == nullptr ? nullptr : match.path->route;
}

std::vector<std::string> compare_success(const Route& route, const Reply& reply) {
  const Answer& answer = route.answer_type();
  const bool is_other = std::ranges::find(route.also_answers, reply.status) != route.also_answers.end();
  if (reply.status != route.status && !is_other) return {fmt::format("status {} is not described", reply.status)};
  if (reply.body.empty()) {
    const bool may_be_empty = is_other || answer.json == nullptr;
    return may_be_empty ? std::vector<std::string>() : std::vector<std::string>{"there is no body"};
  }
  const std::string type = reply.header("Content-Type");
  if (!answer.media.empty()) {
    if (type.starts_with(answer.media) || answer.media == "application/octet-stream") return {};
    return {fmt::format("the media type {} is not {}", type, answer.media)};
  }
  if (answer.json == nullptr) return {"the body is not described: " + reply.body.substr(0, 200)};
  // API-111: clients of 1.3 ask for no page of plugins, and get a list.
  if (route.operation == "listPlugins" && reply.body.starts_with('['))
    return compare_text(reply.body, json_type<std::vector<json::Plugin>>());
  return compare_text(reply.body, answer.json());
}

std::vector<std::string> compare_error(const Route* route, const Reply& reply) {
  auto found = compare_text(reply.body, json_type<json::Error>());
  const bool has_own = route != nullptr && route->answer_type().json != nullptr &&
                       std::ranges::find(route->also_answers, reply.status) != route->also_answers.end();
  if (!found.empty() && has_own && compare_text(reply.body, route->answer_type().json()).empty()) return {};
  return found;
}

}  // namespace

std::vector<std::string> differences(const Value& value, const JsonType& type) {
  std::vector<std::string> found;
  compare(value, type, "$", found);
  return found;
}

std::vector<std::string> differences(const Call& call, const Reply& reply, const Router& router,
                                     std::string_view context_path) {
  if (reply.cut || call.method == "HEAD" || reply.headers.get("Content-Encoding")) return {};
  const Route* route = route_of(call, router, context_path);
  if (reply.status >= 400) return compare_error(route, reply);
  if (route == nullptr || reply.status >= 300) return {};
  auto found = compare_success(*route, reply);
  if (found.empty() || !route->may_mean_start) return found;
  // API-12: the path of an action can name a flow; the answer is then that of a start.
  const CompiledPath* start = router.find("createExecution");
  return start != nullptr && compare_success(*start->route, reply).empty() ? std::vector<std::string>() : found;
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Sample {
  std::string id;
  std::vector<int32_t> counts;
  std::optional<std::string> note;
};

}  // namespace
}  // namespace gyr::web::test

namespace gyr::web {

template <>
struct Described<test::Sample> {
  static constexpr std::string_view name = "Sample";
  static constexpr auto fields = std::tuple(field("id", &test::Sample::id), field("counts", &test::Sample::counts),
                                            field("note", &test::Sample::note));
};

namespace test {
namespace {

std::vector<std::string> of_sample(std::string_view text) {
  return differences(*syntax::parse_json(text), json_type<Sample>());
}

TEST(ReplyCheck, FindsEveryDifference) {  // API-60
  EXPECT_THAT(of_sample(R"({"id":"a","counts":[1,2]})"), IsEmpty());
  EXPECT_THAT(of_sample(R"({"id":"a","counts":[1,2],"note":"n"})"), IsEmpty());
  EXPECT_THAT(of_sample(R"({"id":1,"counts":[1,"2"]})"),
              ElementsAre("$.id: is an integer", "$.counts[1]: is a string"));
  EXPECT_THAT(of_sample(R"({"id":"a","counts":[],"more":1})"), ElementsAre("$.more: Sample does not describe it"));
  EXPECT_THAT(of_sample(R"({"id":"a"})"), ElementsAre("$.counts: Sample requires it"));
  EXPECT_THAT(of_sample(R"({"id":"a","counts":[],"note":null})"), ElementsAre("$.note: is null"));
  EXPECT_THAT(of_sample("[]"), ElementsAre("$: is a list"));
}

TEST(Described, WritesInItsOrderWithoutWhatIsAbsent) {  // API-23
  EXPECT_EQ(to_json(Sample{"a\"b", {1, -2}, std::nullopt}), R"({"id":"a\"b","counts":[1,-2]})");
  EXPECT_EQ(to_json(Sample{"a", {}, "n"}), R"({"id":"a","counts":[],"note":"n"})");
  EXPECT_EQ(to_json(Paged<Sample>{{{"a", {}, {}}}, 7}), R"({"results":[{"id":"a","counts":[]}],"total":7})");
  EXPECT_EQ(json_type<Paged<Sample>>().name, "PagedResults_Sample_");
}

std::string refusal(std::string_view text) {
  auto read = read_json<Sample>(*syntax::parse_json(text));
  return read ? "" : read.error().message();
}

TEST(Described, ReadsBodiesAndNamesTheFieldThatIsWrong) {  // API-23, API-40
  const auto read = read_json<Sample>(*syntax::parse_json(R"({"counts":[3],"id":"x","unknown":{}, "note":null})"));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->id, "x");
  EXPECT_THAT(read->counts, ElementsAre(3));
  EXPECT_EQ(read->note, std::nullopt);
  EXPECT_EQ(refusal(R"({"id":"x","counts":[1,"2"]})"), "counts[1]: must be an integer");
  EXPECT_EQ(refusal(R"({"id":"x","counts":[4294967296]})"), "counts[0]: must be an integer");
  EXPECT_EQ(refusal(R"({"id":"x"})"), "counts: must not be null");
  EXPECT_EQ(refusal(R"({"id":"x","count":[1]})"),
            "counts: must not be null; the body contains `count`, did you mean `counts`?");
  EXPECT_EQ(refusal("[]"), "the body must be an object");
}

}  // namespace
}  // namespace test
}  // namespace gyr::web
