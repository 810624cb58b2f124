// The inputs and labels of a run, from options and files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/value.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "model/flow.h"
#include "storage/storage.h"

namespace gyr::cli {

/// The options for inputs and labels. They are read before the engine starts, so that errors are found early.
class FlowInputs {
 public:
  void declare(Arguments& arguments);
  /// One more value, as if `--inputs NAME=VALUE` had been given. Call before read().
  void add(std::string_view name, std::string_view value) {
    given_.push_back(std::string(name) + '=' + std::string(value));
  }
  /// Reads all options. `--inputs` overrides `--inputs-file`. A last word after `--inputs` that does not have the form
  /// `name=value` is stored in `left_over`: it may be the file of the flow.
  base::Result<void> read(const Console& console, std::optional<std::string>& left_over);

  const std::vector<model::Label>& labels() const { return labels_; }
  /// The values by input id, as needed to start an execution. Stores local files first: those of `--file`, and values
  /// of FILE inputs that are paths.
  base::Result<base::Value> store(const model::Flow& flow, base::Id execution, std::string_view tenant,
                                  storage::Storage& storage, const Console& console) const;

 private:
  std::vector<std::string> given_, file_options_, label_options_;
  std::optional<std::string> inputs_file_;

  base::Value values_;
  std::vector<std::pair<std::string, std::string>> files_;  // input id and path
  std::vector<model::Label> labels_;
};

}  // namespace gyr::cli
