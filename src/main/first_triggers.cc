#include "main/first_triggers.h"

#include "base/log.h"
#include "cli/await.h"

namespace gyr::main {
namespace {

constexpr std::string_view tenant = "main";

base::Result<void> define(store::Store& store, executor::Commands& commands) {
  GYR_TRY(auto reader, store.open_reader());
  // Fast path for every start but the first: the search below counts all triggers, which is slow for 100,000 of them.
  GYR_TRY(auto waking, reader->next_trigger_wakes(0, model::slot_count - 1, 1));
  if (!waking.empty()) return {};
  store::TriggerQuery any{store::Visible::internal("the start of the server")};
  any.tenant = tenant;
  any.paging.size = 1;
  GYR_TRY(auto states, reader->search_triggers(any));
  if (states.total > 0) return {};
  store::FlowQuery scheduled{store::Visible::internal("the start of the server")};
  scheduled.tenant = tenant;
  scheduled.source_text = "Schedule";
  scheduled.paging.size = 1'000;
  for (;; scheduled.paging.page += 1) {
    GYR_TRY(auto page, reader->search_flows(scheduled));
    for (auto& row : page.results) {
      executor::SaveFlow save{std::move(row), executor::SaveFlow::Mode::update};
      auto saved =
          cli::await<executor::Answer>([&](auto callback) { commands.submit(std::move(save), std::move(callback)); });
      if (!saved)
        base::log::warn("cannot create the triggers of a flow, save the flow again: {}", saved.error().message());
    }
    if (page.results.size() < scheduled.paging.size) return {};
  }
}

}  // namespace

void define_first_triggers(store::Store& store, executor::Commands& commands) {
  if (auto defined = define(store, commands); !defined) {
    base::log::warn("cannot create the triggers of flows from an earlier version: {}", defined.error().message());
  }
}

}  // namespace gyr::main
