// What the user gives a run: inputs and labels, from options and files.
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

/// Options that carry inputs and labels. Read once before the engine starts, so that mistakes cost nothing.
class FlowInputs {
 public:
  void declare(Arguments& arguments);
  /// Reads all of them. `--inputs` wins over `--inputs-file`. The word behind the inputs that is no `name=value` is
  /// given in `left_over`: it may be the file of the flow.
  base::Result<void> read(const Console& console, std::optional<std::string>& left_over);

  const std::vector<model::Label>& labels() const { return labels_; }
  /// Values by input id as a start takes them. Local files, which are those of `--file` and the values of FILE inputs
  /// that are no address, are put into the storage first.
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
