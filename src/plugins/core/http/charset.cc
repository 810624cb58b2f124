#include "plugins/core/http/charset.h"

#include <unicode/ucnv.h>

#include <memory>

#include "base/text.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {
namespace {

struct CloseConverter {
  void operator()(UConverter* converter) const { ::ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

base::Result<Converter> open_converter(std::string_view charset) {
  UErrorCode status = U_ZERO_ERROR;
  Converter converter(::ucnv_open(std::string(charset).c_str(), &status));
  if (charset.empty() || U_FAILURE(status)) {
    return base::fail(plugin::task_failed, fmt::format("unsupported character set `{}`", charset));
  }
  return converter;
}

bool is_utf8(std::string_view charset) {
  return base::equals_ignoring_case(charset, "UTF-8") || base::equals_ignoring_case(charset, "UTF8");
}

/// Text from one character set into another, in pieces.
std::string convert(UConverter* from, UConverter* to, std::string_view text) {
  constexpr size_t piece = 16 * 1024;
  std::string out;
  char buffer[piece];
  UChar between[piece];
  const char* source = text.data();
  const char* end = text.data() + text.size();
  UChar* read = between;
  const UChar* write = between;
  for (bool first = true;; first = false) {
    UErrorCode status = U_ZERO_ERROR;
    char* target = buffer;
    ::ucnv_convertEx(to, from, &target, buffer + piece, &source, end, between, const_cast<UChar**>(&write), &read,
                     between + piece, first ? 1 : 0, 1, &status);
    out.append(buffer, static_cast<size_t>(target - buffer));
    if (status != U_BUFFER_OVERFLOW_ERROR) return out;
  }
}

}  // namespace

base::Result<std::string> encode_text(std::string_view utf8, std::string_view charset) {
  if (is_utf8(charset)) return std::string(utf8);
  GYR_TRY(Converter to, open_converter(charset));
  GYR_TRY(Converter from, open_converter("UTF-8"));
  UErrorCode status = U_ZERO_ERROR;
  ::ucnv_setSubstString(to.get(), u"?", 1, &status);
  return convert(from.get(), to.get(), utf8);
}

base::Result<std::string> decode_text(std::string_view bytes, std::string_view charset) {
  if (is_utf8(charset)) return base::repair_utf8(bytes);
  GYR_TRY(Converter from, open_converter(charset));
  GYR_TRY(Converter to, open_converter("UTF-8"));
  return convert(from.get(), to.get(), bytes);
}

std::optional<std::string> charset_of(std::string_view content_type) {
  std::vector<std::string_view> parts = base::split(content_type, ';');
  for (size_t i = 1; i < parts.size(); ++i) {
    std::string_view part = base::trim(parts[i]);
    if (!base::starts_with_ignoring_case(part, "charset=")) continue;
    std::string_view name = base::trim(part.substr(8));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    if (!name.empty()) return std::string(name);
  }
  return std::nullopt;
}

}  // namespace gyr::plugins::core
