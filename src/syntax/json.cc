#include "syntax/json.h"

#include <simdjson.h>

#include "base/limits.h"
#include "syntax/json_reader.h"

namespace gyr::syntax {
namespace {

// simdjson keeps about 14 bytes of index and tape for each byte of text. Beyond this it leaves the caches of the
// processor and is slower than reading without it.
constexpr size_t max_indexed_bytes = 1024 * 1024;
// A parser keeps its buffers for the next text of its thread, unless they grew beyond this.
constexpr size_t max_kept_bytes = 128 * 1024;
// Below, setting up the index costs more than it saves.
constexpr size_t min_indexed_bytes = 64;

namespace dom = simdjson::dom;

/// Turns simdjson's tape into values. Recursive, down to the limit of depth.
class TapeWalker {
 public:
  explicit TapeWalker(uint32_t deepest) : deepest_(deepest) {}

  /// False if it is too deep: JsonReader reports the position.
  bool build(const dom::element& element, uint32_t depth, base::Value& out) {
    switch (element.type()) {
      case dom::element_type::ARRAY: return build_list(dom::array(element), depth, out);
      case dom::element_type::OBJECT: return build_map(dom::object(element), depth, out);
      case dom::element_type::STRING: out = base::Value::string(std::string_view(element)); return true;
      case dom::element_type::INT64: out = base::Value::fitting_integer(int64_t(element)); return true;
      case dom::element_type::DOUBLE: out = base::Value::number(double(element)); return true;
      case dom::element_type::BOOL: out = base::Value::boolean(bool(element)); return true;
      case dom::element_type::NULL_VALUE: out = base::Value::null(); return true;
      case dom::element_type::UINT64:  // only what does not fit 63 bits
        out = base::Value::decimal(fmt::format_int(uint64_t(element)).c_str());
        return true;
    }
    return false;
  }

 private:
  bool build_list(const dom::array& array, uint32_t depth, base::Value& out) {
    if (depth >= deepest_) return false;
    base::ListBuilder& list = builders_.level(depth).list;
    for (dom::element element : array) {
      base::Value item;
      if (!build(element, depth + 1, item)) return false;
      list.push(std::move(item));
    }
    out = list.size() == 0 ? base::Value::empty_list() : list.build();
    return true;
  }

  bool build_map(const dom::object& object, uint32_t depth, base::Value& out) {
    if (depth >= deepest_) return false;
    base::MapBuilder& map = builders_.level(depth).map;
    for (dom::key_value_pair field : object) {
      base::Value value;
      if (!build(field.value, depth + 1, value)) return false;
      map.set(builders_.key(field.key), std::move(value));
    }
    out = map.empty() ? base::Value::empty_map() : map.build();
    return true;
  }

  uint32_t deepest_;
  JsonBuilders builders_;
};

/// The value by simdjson, or nothing: the text is wrong, or needs what only JsonReader does.
bool parse_indexed(std::string_view text, const JsonLimits& limits, base::Value& out) {
  thread_local dom::parser parser;
  dom::element root;
  bool parsed = parser.parse(text.data(), text.size(), true).get(root) == simdjson::SUCCESS;
  if (parsed) parsed = TapeWalker(std::min(limits.depth, base::limits::value_depth)).build(root, 0, out);
  if (parser.capacity() > max_kept_bytes) parser = dom::parser();
  return parsed;
}

base::Result<base::Value> parse(std::string_view text, const JsonLimits& limits, bool prefix) {
  if (text.size() > std::min<uint64_t>(limits.bytes, base::limits::value_size)) {
    return base::fail(json_limit_exceeded,
                      fmt::format("the text has {} bytes; the limit is {}", text.size(), limits.bytes));
  }
  if (text.size() >= min_indexed_bytes && text.size() <= max_indexed_bytes) {
    base::Value value;
    if (parse_indexed(text, limits, value)) return value;
  }
  return JsonReader(text, limits).read(prefix);
}

}  // namespace

base::Result<base::Value> parse_json(std::string_view text, const JsonLimits& limits) {
  return parse(text, limits, false);
}
base::Result<base::Value> parse_json_prefix(std::string_view text, const JsonLimits& limits) {
  return parse(text, limits, true);
}

}  // namespace gyr::syntax
