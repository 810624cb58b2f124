#include "model/storage_paths.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace gyr::model {

std::string slug(std::string_view text) {
  icu::UnicodeString wide;
  auto given = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
  for (int32_t at = 0; at < given.length(); at = given.moveIndex32(at, 1)) {
    UChar32 c = given.char32At(at);
    wide.append(u_isUWhiteSpace(c) ? static_cast<UChar32>('-') : c);
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* decomposition = icu::Normalizer2::getNFDInstance(status);
  std::string plain;
  (U_SUCCESS(status) ? decomposition->normalize(wide, status) : wide).toUTF8String(plain);
  std::string made;
  for (char c : plain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    if (c == '_') c = '-';
    bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (kept && !(c == '-' && made.ends_with('-'))) made.push_back(c);
  }
  if (made.ends_with('-')) made.pop_back();
  if (made.starts_with('-')) made.erase(0, 1);
  return made;
}

std::string namespace_folder(std::string_view namespace_) {
  std::string root = "/";
  for (char c : namespace_) root.push_back(c == '.' ? '/' : c);
  return root;
}

std::string execution_folder(std::string_view namespace_, std::string_view flow_id, base::Id execution) {
  return fmt::format("{}/{}/executions/{}", namespace_folder(namespace_), slug(flow_id), execution.to_text());
}

std::string task_run_folder(std::string_view namespace_, std::string_view flow_id, base::Id execution,
                            std::string_view task_id, base::Id task_run) {
  return fmt::format("{}/tasks/{}/{}", execution_folder(namespace_, flow_id, execution), slug(task_id),
                     task_run.to_text());
}

}  // namespace gyr::model
