#include "cli/follow/remote_view.h"

#include "cli/follow/run_tree.h"
#include "cli/listing.h"
#include "syntax/time.h"

namespace gyr::cli {
namespace {

using base::Value;

/// Many lines are shown in pieces.
constexpr size_t max_lines_above = 500;

std::span<const Value> items_at(const Value& map, std::string_view path, Value& keep) {
  keep = value_at(map, path);
  return keep.is_list() ? keep.items() : std::span<const Value>();
}

model::StateHistory history_of(const Value& object) {
  std::vector<model::StateChange> changes;
  Value keep;
  for (const Value& change : items_at(object, "state.histories", keep)) {
    const auto state = model::parse_state(cell_text(value_at(change, "state")));
    const auto date = syntax::parse_instant(cell_text(value_at(change, "date")));
    if (state && date) changes.push_back({*state, *date});
  }
  if (changes.empty()) {
    if (const auto state = model::parse_state(cell_text(value_at(object, "state.current"))))
      changes.push_back({*state, base::Instant{}});
  }
  return model::StateHistory(std::move(changes));
}

RunTree tree_of(const Value& execution) {
  RunTree tree;
  const base::Id id = base::Id::parse(cell_text(value_at(execution, "id"))).value_or(base::Id{});
  uint32_t position = 0;
  Value runs, attempts;
  for (const Value& shown : items_at(execution, "taskRunList", runs)) {
    model::TaskRun run;
    const auto own = base::Id::parse(cell_text(value_at(shown, "id")));
    if (!own) continue;
    run.id = *own;
    run.parent_id = base::Id::parse(cell_text(value_at(shown, "parentTaskRunId"))).value_or(base::Id{});
    run.task_id = cell_text(value_at(shown, "taskId"));
    if (const Value value = value_at(shown, "value"); !value.is_null()) run.value = cell_text(value);
    run.state = history_of(shown);
    run.attempts.resize(items_at(shown, "attempts", attempts).size());
    tree.put(run, id, position++, base::Id{});
  }
  return tree;
}

StyledLine title_of(const Value& execution, base::Instant now) {
  const model::StateHistory state = history_of(execution);
  const auto [sign, paint] = sign_of(state.current());
  const auto end = state.ended();
  StyledLine line;
  line.add(paint, sign)
      .add(" ")
      .add(Paint::bold, cell_text(value_at(execution, "namespace")) + "." + cell_text(value_at(execution, "flowId")))
      .add("  ")
      .add(paint, model::to_text(state.current()))
      .add("  ")
      .add(Paint::dim, length_text((end ? *end : now) - state.started(), !end))
      .add("  ")
      .add(Paint::dim, cell_text(value_at(execution, "id")));
  return line;
}

}  // namespace

void RemoteView::log(std::string line) {
  while (line.ends_with('\n')) line.pop_back();
  // A line of the area has no line breaks.
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = std::min(line.find('\n', begin), line.size());
    above_.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  if (above_.size() >= max_lines_above && !last_.is_null()) {
    area_.draw(above_, {});
    above_.clear();
  }
}

void RemoteView::show(const Value& execution, base::Instant now) {
  last_ = execution;
  show_again(now);
}

void RemoteView::show_again(base::Instant now) {
  if (last_.is_null()) return;
  std::vector<StyledLine> picture;
  picture.push_back(title_of(last_, now));
  for (StyledLine& line : tree_of(last_).lines(now, area_.max_lines() - 1)) picture.push_back(std::move(line));
  area_.draw(above_, picture);
  above_.clear();
}

}  // namespace gyr::cli
