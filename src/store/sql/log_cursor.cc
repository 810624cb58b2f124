#include "store/sql/log_cursor.h"

#include <algorithm>
#include <vector>

#include "base/record.h"
#include "base/text.h"
#include "store/store.h"

namespace gyr::store {
namespace {

/// The places in the sources, one list for each column of them.
struct CursorForm {
  uint64_t given = 0;
  std::vector<int32_t> days;
  std::vector<base::Id> sources;
  std::vector<uint32_t> sequences;
};
template <class Visitor>
void fields(Visitor& visit, base::PartOf<Visitor, CursorForm>& form) {
  visit(1, form.given);
  visit(2, form.days);
  visit(3, form.sources);
  visit(4, form.sequences);
}

}  // namespace

std::string to_text(const LogCursor& cursor) {
  CursorForm form;
  form.given = cursor.given;
  for (const auto& [source, sequence] : cursor.behind) {
    form.days.push_back(source.first);
    form.sources.push_back(source.second);
    form.sequences.push_back(sequence);
  }
  std::string bytes;
  base::append_sized(bytes, [&] { base::write_record(bytes, form); });
  std::string text = base::base64_encode(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

base::Result<LogCursor> parse_log_cursor(std::string_view text) {
  const auto refused = [] { return base::fail(bad_query, "the cursor does not come from a log search"); };
  std::string standard(text);
  if (standard.find_first_of("+/=\r\n ") != std::string::npos) return refused();
  std::ranges::replace(standard, '-', '+');
  std::ranges::replace(standard, '_', '/');
  const auto bytes = base::base64_decode(standard);
  if (!bytes) return refused();
  base::Decoder decoder(*bytes);
  const auto form = base::read_record<CursorForm>(decoder.bytes());
  if (!form || !decoder.ok() || !decoder.at_end() || form->days.size() != form->sources.size() ||
      form->days.size() != form->sequences.size())
    return refused();
  LogCursor cursor;
  cursor.given = form->given;
  for (size_t i = 0; i < form->days.size(); ++i) {
    cursor.behind[{form->days[i], form->sources[i]}] = form->sequences[i];
  }
  if (to_text(cursor) != text) return refused();
  return cursor;
}

}  // namespace gyr::store
