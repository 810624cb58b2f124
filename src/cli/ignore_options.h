// What a server ignores while it runs (CLI-33, OPS-2).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "cluster/operator_holds.h"

namespace gyr::cli {

/// `--ignore-executions`, `--ignore-flows`, `--ignore-namespaces`, `--ignore-tenants` and their former names, which
/// override the new ones. Values are lists with commas; the options can be repeated.
class IgnoreArguments {
 public:
  void declare(Arguments& arguments);
  void declare_former(Arguments& arguments);
  /// Fails with GYR-C011 if a value is not valid.
  base::Result<executor::IgnoreOptions> read() const;

 private:
  struct Given {
    std::vector<std::string> executions, flows, namespaces, tenants;
  };
  Given now_, former_;
};

}  // namespace gyr::cli
