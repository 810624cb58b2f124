// Sums of what tasks measure (SCRIPT-33).
#include "dispatch/task_meters.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

namespace gyr::executor {
namespace {

using base::Value;
using model::MetricType;

model::MetricEntry metric(MetricType type, std::string name, double value, Value tags = {}) {
  model::MetricEntry entry;
  entry.flow = std::make_shared<model::FlowKey>(model::FlowKey{"main", "company.team", "load"});
  entry.type = type;
  entry.name = std::move(name);
  entry.value = value;
  entry.tags = std::move(tags);
  return entry;
}

constexpr std::string_view query = "io.kestra.plugin.jdbc.QueryAll";

std::string tags_of(const TaskMeters::Series& series) {
  std::string text;
  for (const auto& [name, value] : series.tags) text += name + "=" + value + " ";
  return text;
}

TEST(TaskMeters, AddUpByTypeNameAndTags) {  // SCRIPT-33
  TaskMeters meters;
  meters.add(query, metric(MetricType::counter, "rows", 2,
                           Value::map({{"table", Value::string("a")}, {"db", Value::string("x")}})));
  meters.add(query, metric(MetricType::counter, "rows", 3,
                           Value::map({{"db", Value::string("x")}, {"table", Value::string("a")}})));
  meters.add(query, metric(MetricType::counter, "rows", 7));
  meters.add(query, metric(MetricType::timer, "took", 1'500));
  meters.add(query, metric(MetricType::timer, "took", 500));
  meters.add(query, metric(MetricType::gauge, "level", 4));
  meters.add(query, metric(MetricType::gauge, "level", -1));
  const auto all = meters.all();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].name, "io.kestra.plugin.jdbc.query_all.level");
  EXPECT_EQ(all[0].series[0].value, -1) << "the last";
  EXPECT_EQ(all[1].name, "io.kestra.plugin.jdbc.query_all.rows");
  ASSERT_EQ(all[1].series.size(), 2u);
  EXPECT_EQ(tags_of(all[1].series[0]),
            "flow_id=load namespace_id=company.team task_type=io.kestra.plugin.jdbc.QueryAll tenant_id=main ");
  EXPECT_EQ(all[1].series[0].value, 7);
  EXPECT_EQ(tags_of(all[1].series[1]), tags_of(all[1].series[0]) + "db=x table=a ");
  EXPECT_EQ(all[1].series[1].value, 5) << "in any order of the tags";
  EXPECT_EQ(all[2].series[0].value, 2);
  EXPECT_EQ(all[2].series[0].total, 2'000);
  EXPECT_EQ(all[2].series[0].longest, 1'500);
  EXPECT_EQ(meters.dropped(), 0u);
}

TEST(TaskMeters, AreBounded) {  // SCRIPT-33
  TaskMeters meters;
  for (size_t i = 0; i < TaskMeters::max_series + 5; ++i)
    meters.add(query, metric(MetricType::counter, fmt::format("m{}", i), 1));
  EXPECT_EQ(meters.all().size(), TaskMeters::max_series);
  EXPECT_EQ(meters.dropped(), 5u);
  meters.add(query, metric(MetricType::counter, "m0", 1));
  EXPECT_EQ(meters.dropped(), 5u) << "what is there goes on";
  meters.add(query, metric(MetricType::counter, "m0", 1, Value::map({{"k", Value::string("v")}})));
  EXPECT_EQ(meters.dropped(), 6u) << "another series of the same name";
}

TEST(TaskMeters, DropInvalidValues) {  // SCRIPT-33
  TaskMeters meters;
  meters.add(query, metric(MetricType::counter, "rows", 1));
  meters.add(query, metric(MetricType::gauge, "rows", 1));        // one name, two kinds
  meters.add(query, metric(MetricType::gauge, "rows_total", 1));  // what the counter is exposed as
  meters.add(query, metric(MetricType::counter, "rows", -1));     // a counter does not fall
  meters.add(query, metric(MetricType::gauge, "g", std::numeric_limits<double>::infinity()));
  meters.add(query, metric(MetricType::gauge, "g", std::numeric_limits<double>::quiet_NaN()));
  meters.add(query, metric(MetricType::gauge, std::string(TaskMeters::max_series_bytes + 1, 'x'), 1));
  meters.add(query, metric(MetricType::gauge, "g", 1,
                           Value::map({{"k", Value::string(std::string(TaskMeters::max_series_bytes, 'x'))}})));
  EXPECT_EQ(meters.dropped(), 7u);
  ASSERT_EQ(meters.all().size(), 1u);
  EXPECT_EQ(meters.all()[0].series[0].value, 1);

  meters.add(query, metric(MetricType::gauge, "a{b}\n c", 1,
                           Value::map({{"x y", Value::string("1")},
                                       {"x_y", Value::string("2")},
                                       {"flow_id", Value::string("forged")},
                                       {"1", Value::string("n")}})));
  const auto odd = meters.all()[0];
  EXPECT_EQ(odd.name, "io.kestra.plugin.jdbc.query_all.a_b___c");
  EXPECT_EQ(
      tags_of(odd.series[0]),
      "flow_id=load namespace_id=company.team task_type=io.kestra.plugin.jdbc.QueryAll tenant_id=main _1=n x_y=1 ");
}

TEST(TaskMeters, PrefixIsTheTypeInSnakeCase) {  // SCRIPT-33
  EXPECT_EQ(meter_prefix("io.kestra.plugin.core.debug.Return"), "io.kestra.plugin.core.debug.return");
  EXPECT_EQ(meter_prefix("io.kestra.plugin.core.output.OutputValues"), "io.kestra.plugin.core.output.output_values");
  EXPECT_EQ(meter_prefix("Lone"), "lone");
  EXPECT_EQ(meter_prefix(""), "");
}

}  // namespace
}  // namespace gyr::executor
