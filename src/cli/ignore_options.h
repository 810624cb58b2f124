// What a server is told to leave alone while it runs (CLI-33, OPS-2).
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/arguments.h"
#include "executor/operator_holds.h"

namespace gyr::cli {

/// `--ignore-executions`, `--ignore-flows`, `--ignore-namespaces`, `--ignore-tenants` and their former names, which win
/// where both are given. Values are lists with commas; the options may be repeated.
class IgnoreArguments {
 public:
  void declare(Arguments& arguments);
  void declare_former(Arguments& arguments);
  /// GYR-C011 for what names nothing: a mistake here would leave the trouble where it is.
  base::Result<executor::IgnoreOptions> read() const;

 private:
  struct Given {
    std::vector<std::string> executions, flows, namespaces, tenants;
  };
  Given now_, former_;
};

}  // namespace gyr::cli
