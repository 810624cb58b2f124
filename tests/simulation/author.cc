#include "author.h"

#include <fmt/format.h>

#include "command/errors.h"

namespace gyr::simulation {
namespace {}  // namespace

Author::Author(Events& events, const Scenario& scenario, std::function<Server*(const model::FlowKey&)> owner_of)
    : events_(events), scenario_(scenario), owner_of_(std::move(owner_of)), random_(mix(scenario.seed, "author")) {}

void Author::begin() {
  for (size_t i = 0; i < scenario_.edits.size(); ++i)
    events_.after(scenario_.edits[i].at_ms * ms, [this, i] { put(i, true); });
}

executor::Command Author::command_of(const Edit& edit, bool on) const {
  const model::FlowKey key{"main", "simulation", edit.flow};
  if (on && edit.kind == Edit::Kind::remove) return executor::DeleteFlow{std::make_shared<const model::FlowKey>(key)};
  executor::SaveFlow save;
  save.row.key = key;
  save.row.source = to_yaml(*scenario_.find(edit.flow));
  if (!on) return save;
  switch (edit.kind) {
    case Edit::Kind::touch: save.row.source += fmt::format("# at {} ms\n", edit.at_ms); break;
    case Edit::Kind::break_: save.row.source += "tasks: none\n"; break;
    case Edit::Kind::disable: save.row.source += "disabled: true\n"; break;
    case Edit::Kind::remove: break;
  }
  return save;
}

void Author::put(size_t index, bool on) {
  const auto again = [this, index, on] {
    events_.after(random_.between(20, 300) * ms, [this, index, on] { put(index, on); });
  };
  const Edit& edit = scenario_.edits[index];
  Server* server = owner_of_({"main", "simulation", edit.flow});
  if (server == nullptr) return again();
  server->submit(command_of(edit, on), [this, index, on, again](const base::Result<executor::Answer>& answer) {
    // Somebody else has deleted it meanwhile, or it was done before a crash.
    const bool is_done = answer || answer.error().code() == executor::flow_not_found;
    if (!is_done) return again();
    if (on) events_.after(scenario_.edits[index].length_ms * ms, [this, index] { put(index, false); });
  });
}

}  // namespace gyr::simulation
