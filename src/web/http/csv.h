// Exports as CSV (API-49): RFC 4180, CRLF, header from the first row, nested values as JSON text.
#pragma once

#include <string>
#include <vector>

#include "base/value.h"

namespace gyr::web {

/// Writes maps as lines; the keys of the first map are the columns.
class CsvWriter {
 public:
  void add(const base::Value& row, std::string& out);

 private:
  std::vector<std::string> columns_;
};

}  // namespace gyr::web
