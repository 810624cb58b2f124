// The depth counter of the parser.
#pragma once

#include <fmt/format.h>

#include "expression/parser.h"

namespace gyr::expression {

class Parser::Nested {
 public:
  Nested(Parser& parser, uint32_t offset) : parser_(parser) {
    if (++parser_.depth_ > parser_.limits_.depth) {
      parser_.fail_limit(fmt::format("the template is nested deeper than {} levels", parser_.limits_.depth), offset);
    }
  }
  ~Nested() { --parser_.depth_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;
  explicit operator bool() const { return !parser_.error_; }

 private:
  Parser& parser_;
};

}  // namespace gyr::expression
