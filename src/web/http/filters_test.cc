// The grammar of filters and orders (API-28 to API-30).
#include "web/http/filters.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "net/url.h"
#include "web/http/errors.h"

namespace gyr::web {
namespace {

using store::Operator;

std::vector<Filter> parse(std::string_view query, Resource resource = Resource::execution) {
  auto pairs = net::parse_query(query);
  EXPECT_TRUE(pairs.has_value());
  auto filters = parse_filters(*pairs, resource);
  EXPECT_TRUE(filters.has_value()) << query << ": " << (filters ? "" : filters.error().message());
  return filters ? *filters : std::vector<Filter>();
}

std::string refusal(std::string_view query, Resource resource = Resource::execution) {
  auto pairs = net::parse_query(query);
  auto filters = parse_filters(*pairs, resource);
  if (filters) return "";
  EXPECT_EQ(filters.error().code(), bad_filter);
  return filters.error().message();
}

TEST(Filters, BracketsAreLiteralOrEncoded) {  // API-29
  for (std::string_view query : {"filters[namespace][EQUALS]=a.b", "filters%5Bnamespace%5D%5BEQUALS%5D=a.b"}) {
    const auto filters = parse(query);
    ASSERT_EQ(filters.size(), 1u);
    EXPECT_EQ(filters[0].field, Field::namespace_);
    EXPECT_EQ(filters[0].op, Operator::equals);
    EXPECT_EQ(filters[0].values, std::vector<std::string>{"a.b"});
  }
}

/// `state=A&state=B | flowId=f`: the filters of each alternative.
std::string alternatives(std::string_view query) {
  auto groups = parse_filter_groups(*net::parse_query(query), Resource::execution);
  EXPECT_TRUE(groups.has_value()) << query << ": " << (groups ? "" : groups.error().message());
  if (!groups) return "";
  const auto text_of = [](const std::vector<Filter>& filters) {
    std::string text;
    for (const Filter& filter : filters)
      text += fmt::format("{}{}={}", text.empty() ? "" : "&", name_of(filter.field), fmt::join(filter.values, ","));
    return text;
  };
  std::string all = text_of(groups->all);
  for (const auto& one : groups->any_of) all += " | " + text_of(one);
  return all;
}

TEST(Filters, GroupsBecomeAlternatives) {  // API-30
  EXPECT_EQ(alternatives("filters[or][0][state][EQUALS]=A&filters[or][1][flowId][EQUALS]=f"), " | state=A | flowId=f");
  EXPECT_EQ(
      alternatives("filters[namespace][EQUALS]=n&filters[OR][0][state][EQUALS]=A&filters[or][0][flowId][EQUALS]=f&"
                   "filters[or][1][state][EQUALS]=B"),
      "namespace=n | state=A&flowId=f | state=B");
  EXPECT_EQ(alternatives("filters[or][0][and][0][namespace][EQUALS]=n&filters[or][0][and][1][state][EQUALS]=A&"
                         "filters[or][1][state][EQUALS]=B"),
            " | namespace=n&state=A | state=B");
  EXPECT_EQ(alternatives("filters[and][0][or][0][state][EQUALS]=A&filters[and][0][or][1][state][EQUALS]=B&"
                         "filters[and][1][or][0][flowId][EQUALS]=f&filters[and][1][or][1][flowId][EQUALS]=g"),
            " | state=A&flowId=f | state=A&flowId=g | state=B&flowId=f | state=B&flowId=g");
  EXPECT_EQ(alternatives("filters[and][0][state][EQUALS]=A&filters[and][1][flowId][EQUALS]=f"), "state=A&flowId=f")
      << "a group of one alternative is none";
  EXPECT_EQ(alternatives("filters[or][7][state][IN]=A,B&filters[or][7][state][IN]=C"), "state=A,B,C");

  const auto refused = [](const std::string& query) {
    auto groups = parse_filter_groups(*net::parse_query(query), Resource::execution);
    return groups ? "" : groups.error().message();
  };
  for (const char* query : {"filters[or][state][EQUALS]=A", "filters[or][-1][state][EQUALS]=A", "filters[or][0]=A",
                            "filters[or][99999999999][state][EQUALS]=A", "filters[or]=A"})
    EXPECT_NE(refused(query), "") << query;
  std::string deep = "filters";
  for (int i = 0; i < 1'000; ++i) deep += "[or][0]";
  EXPECT_NE(refused(deep + "[state][EQUALS]=A"), "");
  std::string many;
  for (int group = 0; group < 7; ++group) {
    for (int member = 0; member < 2; ++member)
      many += fmt::format("filters[and][{}][or][{}][flowId][EQUALS]=f&", group, member);
  }
  EXPECT_NE(refused(many).find("more than 64 combinations"), std::string::npos) << refused(many);
  EXPECT_NE(refusal("filters[or][0][q][EQUALS]=a&filters[or][1][q][EQUALS]=b", Resource::plugin), "");
}

TEST(Filters, ListsAreSplitAndGathered) {
  EXPECT_EQ(parse("filters[state][IN]=A,B")[0].values, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(parse("filters[state][IN]=[A, B]")[0].values, (std::vector<std::string>{"A", "B"}));
  const auto repeated = parse("filters[state][IN]=A&filters[state][IN]=B,C");
  ASSERT_EQ(repeated.size(), 1u);
  EXPECT_EQ(repeated[0].values, (std::vector<std::string>{"A", "B", "C"}));
  EXPECT_EQ(parse("filters[namespace][EQUALS]=a,b")[0].values, std::vector<std::string>{"a,b"})
      << "only lists are split";
}

TEST(Filters, LabelsHaveAThirdKey) {
  const auto filters =
      parse("filters[labels][EQUALS][team]=red&filters[labels][NOT_EQUALS][a.b]=x:y&filters[labels][IN]=k:v");
  ASSERT_EQ(filters.size(), 3u);
  EXPECT_EQ(filters[0].label, "team");
  EXPECT_EQ(filters[1].label, "a.b");
  EXPECT_EQ(filters[1].values[0], "x:y");
  EXPECT_EQ(filters[2].label, "");
}

TEST(Filters, NamesOfSdksAreUnderstood) {  // SDK-4
  EXPECT_EQ(parse("filters[FLOW_ID][EQUALS]=x")[0].field, Field::flow_id);
  EXPECT_EQ(parse("filters[TRIGGER_EXECUTION_ID][EQUALS]=x")[0].field, Field::trigger_execution_id);
  EXPECT_EQ(parse("filters[QUERY][EQUALS]=x")[0].field, Field::q);
  EXPECT_EQ(parse("filters[MIN_LEVEL][EQUALS]=INFO", Resource::log)[0].field, Field::level);
  EXPECT_EQ(parse("filters[TIME_RANGE][EQUALS]=PT1H")[0].field, Field::time_range);
  EXPECT_NE(refusal("filters[FLOWID][EQUALS]=x"), "");
  EXPECT_NE(refusal("filters[FLOW_I][EQUALS]=x"), "");
}

TEST(Filters, EveryProblemIsReported) {  // API-29
  const std::string message = refusal(
      "filters[nothing][EQUALS]=x&filters[path][EQUALS]=x&filters[state][STARTS_WITH]=F&filters[namespace][LIKE]=y&"
      "filters[q]=z");
  for (std::string_view part : {"`nothing`", "`path`", "`STARTS_WITH`", "`state`", "`LIKE`", "filters[q]"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << " is not in " << message;
  }
  EXPECT_NE(refusal("filters[childFilter][EQUALS]=MAIN", Resource::flow).find("childFilter"), std::string::npos);
}

TEST(Filters, MalformedKeysAreRefused) {
  for (std::string_view query : {"filters[]=x", "filters[][]=x", "filters[a=x", "filters[a][EQUALS=x",
                                 "filters[namespace][EQUALS][a][b]=x", "filters[namespace][EQUALS]more=x",
                                 "filters[namespace][EQUALS][key]=x", "filters[", "filters[[namespace]][EQUALS]=x"}) {
    EXPECT_NE(refusal(query), "") << query;
  }
}

TEST(Filters, AreLimitedInNumber) {
  std::string query;
  for (int i = 0; i < 101; ++i) query += fmt::format("filters[labels][EQUALS][k{}]=v&", i);
  EXPECT_NE(refusal(query), "");
}

TEST(Filters, EveryFieldAndOperatorOfTheTablesIsKnown) {  // API-30
  for (Resource resource : {Resource::flow, Resource::namespace_, Resource::execution, Resource::log, Resource::kv}) {
    for (Field field : fields_of(resource)) {
      const FieldRule* rule = find_field(name_of(field));
      ASSERT_NE(rule, nullptr);
      EXPECT_EQ(rule->field, field);
      for (uint32_t i = 0; i < 13; ++i) {
        const auto op = static_cast<Operator>(i);
        const std::string query = fmt::format("filters[{}][{}]=x", rule->name, to_text(op));
        EXPECT_EQ(refusal(query, resource).empty(), (rule->operators & bit(op)) != 0) << query;
      }
    }
  }
}

std::string order_of(std::string_view query, Resource resource = Resource::execution) {
  auto orders = parse_order(*net::parse_query(query), resource);
  if (!orders) return std::string(orders.error().message());
  std::string text;
  for (const auto& order : *orders) text += fmt::format("{}{} ", order.field, order.descending ? "-" : "+");
  return text;
}

TEST(Order, FieldsAndDirections) {  // API-28
  EXPECT_EQ(order_of(""), "");
  EXPECT_EQ(order_of("sort=id"), "id+ ");
  EXPECT_EQ(order_of("sort=id:asc&sort=namespace:desc"), "id+ namespace- ");
  EXPECT_EQ(order_of("sort=state.startDate:desc,id:ASC"), "state.startDate- id+ ");
  EXPECT_EQ(order_of("sort=id:down"), "id- ") << "any other word counts as descending";
  for (std::string_view bad :
       {"sort=nothing:asc", "sort=id:asc:desc", "sort=id;drop%20table%20flows", "sort=:", "sort=state.startDate:asc"}) {
    EXPECT_EQ(order_of(bad, Resource::flow), "Invalid sort parameter") << bad;
  }
}

}  // namespace
}  // namespace gyr::web
