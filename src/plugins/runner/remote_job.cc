#include "plugins/runner/remote_job.h"

#include <algorithm>

namespace gyr::plugins::runner {
namespace {

constexpr size_t max_slug = 57;  // with the suffix 63, what Kubernetes and the cloud services take
constexpr int suffix_length = 5;

void append_slug(std::string& slug, std::string_view text) {
  for (char c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (c == '_') c = '-';
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (kept && !(c == '-' && slug.empty())) slug += c;
  }
}

}  // namespace

std::string remote_job_name(std::string_view namespace_, std::string_view flow_id, std::string_view task_id,
                            uint64_t random) {
  std::string name;
  for (std::string_view part : {namespace_, flow_id, task_id}) {
    if (!name.empty()) name += '-';
    append_slug(name, part);
  }
  name.resize(std::min(name.size(), max_slug));
  while (name.ends_with('-')) name.pop_back();
  if (!name.empty()) name += '-';
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (int i = 0; i < suffix_length; ++i, random /= letters.size()) name += letters[random % letters.size()];
  return name;
}

void each_unglued_line(std::string_view text, const std::function<void(std::string_view line)>& sink) {
  while (!text.empty()) {
    const size_t cr = std::min(text.find('\r'), text.size());
    const size_t glued = std::min(text.find("::{", 1), text.size());
    const size_t end = std::min(cr, glued);
    if (end > 0) sink(text.substr(0, end));
    text.remove_prefix(end == cr ? std::min(end + 1, text.size()) : end);
  }
}

}  // namespace gyr::plugins::runner
