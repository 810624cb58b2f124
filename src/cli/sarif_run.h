// Findings of several files as one SARIF document.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/value.h"
#include "syntax/diagnostic.h"

namespace gyr::cli {

/// Merges the SARIF documents of several files into one run: readers accept only one run of a tool.
class SarifRun {
 public:
  void add(const std::vector<syntax::Diagnostic>& diagnostics, const std::string& file);
  base::Value build();

 private:
  int64_t index_of(const base::Value& rule);

  base::Value frame_;
  base::ListBuilder rules_;
  base::ListBuilder results_;
  std::map<std::string, int64_t> indexes_;
};

}  // namespace gyr::cli
