// Numbers as java.lang.Double, Float and the durations of Jackson print them.
#pragma once

#include <string>

#include "base/instant.h"
#include "base/value.h"

namespace gyr::syntax {

void append_java_double(std::string& out, double value);
void append_java_float(std::string& out, float value);
/// An integer, number or decimal (EXPR-12).
void append_number(std::string& out, const base::Value& value);
/// Seconds with nine fraction digits, `0.0` for none (EXPR-16).
void append_seconds(std::string& out, base::Duration duration);

/// Number texts as Java prints them (EXPR-12).
std::string java_double_text(double value);
std::string java_float_text(float value);

}  // namespace gyr::syntax
