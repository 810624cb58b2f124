// Services of servers, and the metrics of a flow.
#include <algorithm>

#include "base/codec.h"
#include "store/sql/record.h"
#include "store/sqlite/reader.h"

namespace gyr::store::sqlite {

base::Result<std::vector<model::Service>> SqliteReader::services(bool include_inactive, size_t limit) {
  return ask([&]() -> base::Result<std::vector<model::Service>> {
    Query rows = main_->query(include_inactive ? "SELECT body FROM services ORDER BY id DESC LIMIT ?"
                                               : "SELECT body FROM services WHERE active=1 ORDER BY id DESC LIMIT ?");
    rows.bind(static_cast<int64_t>(limit));
    std::vector<model::Service> services;
    while (rows.next()) {
      GYR_TRY(base::Value body, base::decode_value(rows.blob(0)));
      auto service = model::service_of(body);
      if (!service) return base::fail(store_damaged, "cannot read a stored service");
      services.push_back(*std::move(service));
    }
    GYR_CHECK(rows.finish());
    return services;
  });
}

base::Result<std::vector<model::MetricEntry>> SqliteReader::flow_metrics(const FlowMetricQuery& query) {
  return ask([&]() -> base::Result<std::vector<model::MetricEntry>> {
    std::vector<model::MetricEntry> metrics;
    if (!query.visible.covers(query.flow.namespace_)) return metrics;
    GYR_TRY(auto number, number_of_flow(query.flow));
    if (!number) return metrics;
    const auto flow = std::make_shared<model::FlowKey>(query.flow);
    Query rows = main_->query(
        "SELECT execution, record FROM metrics INDEXED BY metrics_by_flow WHERE flow=? ORDER BY execution DESC LIMIT "
        "?");
    rows.bind(*number, static_cast<int64_t>(query.look_at));
    while (rows.next()) {
      model::MetricEntry metric;
      metric.execution_id = rows.id(0);
      GYR_CHECK(decode_metric(rows.blob(1), metric));
      if ((query.from && metric.timestamp < *query.from) || (query.to && metric.timestamp > *query.to)) continue;
      if ((!query.task_id.empty() && metric.task_id != query.task_id) ||
          (!query.name.empty() && metric.name != query.name))
        continue;
      metric.flow = flow;
      metrics.push_back(std::move(metric));
    }
    GYR_CHECK(rows.finish());
    return metrics;
  });
}

}  // namespace gyr::store::sqlite
