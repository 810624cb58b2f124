#include "web/flows/flow_pages.h"

#include <utility>

#include "web/http/await.h"

namespace gyr::web {
namespace {

using Rows = std::vector<store::FlowRow>;

/// Flows in one part: few enough for the memory, enough for the speed.
constexpr uint32_t flows_a_part = 200;

}  // namespace

FlowPages::FlowPages(const Services* services, base::Loop* loop, store::FlowQuery query)
    : services_(services), loop_(loop), query_(std::move(query)) {
  query_.order.clear();
  query_.paging = {.page = 1, .size = flows_a_part, .count_limit = 0};
}

base::Task<base::Result<Rows>> FlowPages::next() {
  if (done_) co_return Rows();
  GYR_CO_TRY(auto page, co_await read<store::Page<store::FlowRow>>(
                            &services_->store, loop_,
                            [query = query_](store::Reader& reader) { return reader.search_flows(query); }));
  done_ = page.results.size() < flows_a_part;
  if (!done_) query_.after.emplace(page.results.back().key.namespace_, page.results.back().key.id);
  co_return std::move(page.results);
}

}  // namespace gyr::web
