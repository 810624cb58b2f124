#include "executor/label_changes.h"

#include <fmt/format.h>

#include <unordered_set>

#include "command/errors.h"
#include "model/labels.h"

namespace gyr::executor {

using base::fail;

base::Result<std::vector<model::Label>> wanted_labels(const std::vector<model::Label>& given,
                                                      const std::vector<model::Label>& present) {
  std::vector<model::Label> labels;
  std::unordered_set<std::string_view> keys;
  for (const model::Label& label : given) {
    if (label.key.empty() && label.value.empty()) continue;
    if (label.key.empty() || label.value.empty()) {
      return fail(wrong_labels,
                  fmt::format("a label needs a key and a value, offending label: {}={}", label.key, label.value));
    }
    if (!keys.insert(label.key).second) return fail(wrong_labels, fmt::format("Duplicate label key: {}", label.key));
    if (model::is_system_label(label.key)) {
      const std::string* value = model::find_label(present, label.key);
      if (value == nullptr || *value != label.value) return fail(wrong_labels, model::system_label_message(label));
    }
    labels.push_back(label);
  }
  return labels;
}

}  // namespace gyr::executor
