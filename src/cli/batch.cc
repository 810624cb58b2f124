#include "cli/batch.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/errors.h"
#include "cli/line_reader.h"
#include "syntax/json.h"

namespace gyr::cli {

using base::Value;

int run_batch(Session& session, const std::string& file,
              const std::function<Value(const base::Result<Value>& line)>& answer) {
  auto input = open_input(file, session.console);
  if (!input) return session.fail(input.error());
  LineReader lines(input->fd());
  bool all_read = true;
  for (size_t number = 1; session.console.out.failure() == 0; ++number) {
    auto line = lines.next();
    if (!line) return session.fail(line.error().with_prefix(fmt::format("{}: ", shown_name(file))));
    if (line->kind == LineReader::Line::Kind::end) break;
    std::string_view text = base::trim(line->text);
    if (text.empty() && line->kind == LineReader::Line::Kind::text) continue;
    base::Result<Value> parsed =
        line->kind == LineReader::Line::Kind::too_long
            ? base::fail(bad_batch_line, fmt::format("longer than {} MB", LineReader::max_line_bytes >> 20))
            : syntax::parse_json(text);
    if (parsed && !parsed->is_map()) parsed = base::fail(bad_batch_line, "not a JSON object");
    if (!parsed) {
      all_read = false;
      parsed = base::fail(bad_batch_line, fmt::format("line {}: {}", number, parsed.error().message()));
    }
    session.console.out.write(syntax::write_json(answer(parsed)) + '\n');
  }
  return all_read ? exit_ok : exit_usage;
}

Value member(const Value& line, std::string_view name) {
  const Value* found = line.find(name);
  return found == nullptr ? Value() : *found;
}

}  // namespace gyr::cli
