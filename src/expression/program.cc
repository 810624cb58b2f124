#include "expression/program.h"

#include <fmt/format.h>

#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"
#include "text/characters.h"

namespace gyr::expression {
namespace {

// U+FDD0 and U+FDD1 are not characters: they never occur in real text.
constexpr std::string_view marker_begin = "\xEF\xB7\x90";
constexpr std::string_view marker_end = "\xEF\xB7\x91";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

/// If a tag `{% name %}`, with optional spaces and dashes, begins at `at`: the offset after it, otherwise 0.
size_t bare_tag_end(std::string_view text, size_t at, std::string_view name) {
  size_t i = at;
  if (text.substr(i, 2) != "{%") return 0;
  i += 2;
  while (i < text.size() && text[i] == '-') ++i;
  while (i < text.size() && is_blank(text[i])) ++i;
  if (text.substr(i, name.size()) != name) return 0;
  i += name.size();
  while (i < text.size() && is_blank(text[i])) ++i;
  while (i < text.size() && text[i] == '-') ++i;
  if (text.substr(i, 2) != "%}") return 0;
  return i + 2;
}

struct Found {
  size_t begin = std::string_view::npos;
  size_t end = 0;
};

Found find_tag(std::string_view text, size_t from, std::string_view name) {
  for (size_t at = text.find("{%", from); at != std::string_view::npos; at = text.find("{%", at + 2)) {
    if (size_t end = bare_tag_end(text, at, name); end != 0) return {at, end};
  }
  return {};
}

}  // namespace

bool has_delimiters(std::string_view text) {
  for (size_t at = text.find('{'); at != std::string_view::npos && at + 1 < text.size(); at = text.find('{', at + 1)) {
    char next = text[at + 1];
    if (next == '{' || next == '%' || next == '#') return true;
  }
  return false;
}

void protect_raw_regions(Program& program) {
  std::string_view text = program.text;
  Found end = find_tag(text, 0, "endraw");
  if (end.begin == std::string_view::npos) {
    program.source = program.text;
    return;
  }
  size_t done = 0;
  for (;;) {
    Found open = find_tag(text, done, "raw");
    if (open.begin == std::string_view::npos) break;
    Found close = find_tag(text, open.end, "endraw");
    if (close.begin == std::string_view::npos) break;
    program.source.append(text.substr(done, open.begin - done));
    RawRegion region;
    region.inner = text.substr(open.end, close.begin - open.end);
    // By content, so that a text rendered inside another protects the same region under the same name.
    region.marker = fmt::format("{}{:016x}{}", marker_begin, base::fnv1a(region.inner), marker_end);
    region.offset = static_cast<uint32_t>(program.source.size());
    region.original = static_cast<uint32_t>(close.end - open.begin);
    program.source.append(region.marker);
    program.raws.push_back(std::move(region));
    done = close.end;
  }
  program.source.append(text.substr(done));
}

std::string restore_raw_regions(std::string_view text, const std::vector<RawRegion>& raws) {
  std::unordered_map<std::string_view, std::string_view> inner_of;
  size_t marker_size = 0;
  for (const RawRegion& region : raws) {
    inner_of.emplace(region.marker, region.inner);
    marker_size = region.marker.size();
  }
  std::string out;
  size_t done = 0;
  for (size_t at = text.find(marker_begin); at != std::string_view::npos; at = text.find(marker_begin, at)) {
    auto found = inner_of.find(text.substr(at, marker_size));
    if (found == inner_of.end()) {
      at += marker_begin.size();
      continue;
    }
    out.append(text.substr(done, at - done));
    out.append(found->second);
    at += marker_size;
    done = at;
  }
  out.append(text.substr(done));
  return out;
}

base::Value restore_raw_regions(const base::Value& value, const std::vector<RawRegion>& raws) {
  switch (value.kind()) {
    case base::Value::Kind::string:
      if (value.text().find(marker_begin) == std::string_view::npos) return value;
      return base::Value::string(restore_raw_regions(value.text(), raws));
    case base::Value::Kind::list: {
      base::ListBuilder list;
      list.reserve(value.size());
      for (const base::Value& item : value.items()) list.push(restore_raw_regions(item, raws));
      return list.build();
    }
    case base::Value::Kind::map: {
      base::MapBuilder map;
      map.reserve(value.size());
      for (const auto& entry : value.entries()) {
        map.set(restore_raw_regions(entry.key, raws), restore_raw_regions(entry.value, raws));
      }
      return map.build();
    }
    default: return value;
  }
}

base::Place Program::place_of(uint32_t offset) const {
  size_t original = offset;
  for (const RawRegion& region : raws) {
    if (offset <= region.offset) break;
    original += region.original - region.marker.size();
  }
  std::string_view before = std::string_view(text).substr(0, std::min(original, text.size()));
  base::Place place;
  place.line = 1;
  size_t line_begin = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    // CRLF, CR and LF each end one line (EXPR-41).
    bool ends_line = before[i] == '\n' || (before[i] == '\r' && (i + 1 >= before.size() || before[i + 1] != '\n'));
    if (!ends_line) continue;
    place.line += 1;
    line_begin = i + 1;
  }
  place.column = static_cast<uint32_t>(base::code_points(before.substr(line_begin))) + 1;
  place.length = 1;
  return place;
}

base::Error template_error(base::ErrorCode code, std::string_view message, const Program& program, uint32_t offset) {
  base::Place place = program.place_of(offset);
  uint32_t line = place.line;
  return base::Error(code, fmt::format("{} ({}:{})", message, text::shown_text(program.text), line))
      .with_place(std::move(place));
}

}  // namespace gyr::expression
