#include "cli/follow/run_view.h"

#include "base/text.h"
#include "cli/follow/log_text.h"
#include "syntax/yaml.h"

namespace gyr::cli {

using model::State;

namespace {

/// Limit of lines that wait for the next picture: many log lines are shown in pieces.
constexpr size_t max_waiting_lines = 500;
/// Larger outputs are not shown; `--json` prints all of them.
constexpr uint64_t shown_output_bytes = 16 * 1024;
constexpr size_t shown_failures = 5;

std::string name_of(const model::Execution& execution) { return execution.flow->namespace_ + "." + execution.flow->id; }

base::Duration length_of(const model::Execution& execution, base::Instant now) {
  auto end = execution.state.ended();
  return (end ? *end : now) - execution.state.started();
}

}  // namespace

void RunView::put(std::string line) {
  if (!live_) return output_.write(line + '\n');
  above_.push_back(std::move(line));
  if (above_.size() < max_waiting_lines) return;
  area_.draw(above_, last_picture_);
  above_.clear();
}

void RunView::log(const model::LogEntry& entry, std::string_view who) {
  for (std::string& line : log_lines(entry, who, color_)) put(std::move(line));
}

void RunView::say(Paint paint, std::string_view text) { put(painted(paint, text, color_)); }

StyledLine RunView::title(const store::ExecutionRow& row, base::Instant now) const {
  const model::Execution& execution = row.execution;
  auto [sign, paint] = sign_of(execution.state.current());
  StyledLine line;
  line.add(paint, sign)
      .add(" ")
      .add(Paint::bold, name_of(execution))
      .add("  ")
      .add(paint, model::to_text(execution.state.current()));
  bool ended = execution.state.ended().has_value();
  line.add("  ")
      .add(Paint::dim, length_text(length_of(execution, now), !ended))
      .add("  ")
      .add(Paint::dim, execution.id.to_text());
  return line;
}

void RunView::show(const store::ExecutionRow* execution, const RunTree& tree, base::Instant now) {
  if (!live_) return;
  std::vector<StyledLine> picture;
  if (execution != nullptr) {
    picture.push_back(title(*execution, now));
    for (StyledLine& line : tree.lines(now, area_.max_lines() - 1)) picture.push_back(std::move(line));
  }
  area_.draw(above_, picture);
  above_.clear();
  last_picture_ = std::move(picture);
}

void RunView::end(const store::ExecutionRow& row, const RunTree& tree, base::Instant now) {
  const model::Execution& execution = row.execution;
  std::string out;
  if (live_) {
    show(&row, tree, now);
  } else {
    auto [sign, paint] = sign_of(execution.state.current());
    out += fmt::format("{} {} after {}  {}\n", name_of(execution),
                       painted(paint, model::to_text(execution.state.current()), color_),
                       length_text(length_of(execution, now)), execution.id.to_text());
  }
  if (!execution.error.empty())
    out += fmt::format("{}: {}\n", painted(Paint::red, "error", color_), printable(execution.error));
  if (execution.state.current() == State::failed) {
    for (const std::string& label : tree.failed(shown_failures)) out += fmt::format("failed: {}\n", printable(label));
  }
  if (execution.outputs.size() > 0) {
    out += "outputs:\n";
    if (execution.outputs.weight() > shown_output_bytes) {
      out += fmt::format("  {} KB; use `--json` to print them\n", execution.outputs.weight() / 1024);
    } else {
      std::string yaml = printable(syntax::write_yaml(execution.outputs));
      for (std::string_view line : base::split(base::trim(yaml), '\n')) out += fmt::format("  {}\n", line);
    }
  }
  // Like the picture above, end lines with CR LF: the terminal may not return to the first column by itself.
  output_.write(live_ ? fmt::format("{}", fmt::join(base::split(out, '\n'), "\r\n")) : out);
}

}  // namespace gyr::cli
