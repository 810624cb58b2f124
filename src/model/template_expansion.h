// Stored templates: the tasks of a template are placed below the task of type Template that refers to it (TASK-41).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/node.h"

namespace gyr::model {

inline constexpr std::string_view template_type = "io.kestra.plugin.core.flow.Template";

// The properties that an expansion adds to a task of this type; a flow cannot set them.
inline constexpr std::string_view template_tasks_key = "_tasks";
inline constexpr std::string_view template_problem_key = "_problem";

/// One version of a template, read.
struct StoredTemplate {
  int64_t version = 0;
  size_t bytes = 0;      ///< of its source
  syntax::NodePtr node;  ///< null if it cannot be read
};
using StoredTemplatePtr = std::shared_ptr<const StoredTemplate>;

/// A version that an expansion has used; 0 if the template does not exist.
struct UsedTemplate {
  std::string namespace_;
  std::string id;
  int64_t version = 0;
  friend bool operator==(const UsedTemplate&, const UsedTemplate&) = default;
};

/// Whether a source may have a task of this type: most have not, and need not be looked through.
bool may_use_templates(std::string_view source);

/// A flow with the tasks of its templates in their places. A task whose template cannot be used has the reason instead.
struct ExpandedFlow {
  syntax::NodePtr node;
  std::vector<UsedTemplate> used;  ///< in the order in which they were met, each once
};
/// `find` returns null if the template does not exist. Bounded: a template cannot contain itself, and the total size of
/// the sources is limited.
ExpandedFlow expand_templates(
    const syntax::NodePtr& flow,
    const std::function<StoredTemplatePtr(std::string_view namespace_, std::string_view id)>& find);
/// The same with one reason for all templates.
syntax::NodePtr without_templates(const syntax::NodePtr& flow, const std::string& problem);

/// `company.team/shared@3 company.team/other@1`: what an execution keeps of an expansion; empty where nothing was used.
std::string to_text(const std::vector<UsedTemplate>& used);
/// Parses it; an invalid entry is skipped.
std::vector<UsedTemplate> used_templates_of(std::string_view text);

}  // namespace gyr::model
