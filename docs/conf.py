"""How the pages are built: ``sh scripts/docs``. Nothing is fetched, neither while building nor by a reader."""

import sys
from pathlib import Path

import crossprov

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "crossprov"
author = "crossprov"
release = version = crossprov.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx_copybutton",
    "sphinx_design",
    "bilingual",
    "case_fields",
    "timings",
]
exclude_patterns = ["_ext", "_templates"]
nitpicky = True
nitpick_ignore_regex = [
    # Without a network there is no inventory of other projects' pages.
    (
        r"py:.*",
        r"(dt|datetime|pathlib|pydantic|fastapi|collections|typing|frozenset|Path|Mapping|Sequence)\b.*",
    ),
    # Types that carry a check with them; the tables of fields say in words what they admit.
    (r"py:class", r"(crossprov\.)?(models|rulebook|decision|texts|places|values|assembly|engine)\b.*"),
    (r"py:class", r"(Day|Text|Plain|Outcome|Confidence|ConfigDict|YearSchedule|_.*)"),
]

language = "zh_CN"
myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
add_module_names = False

templates_path = ["_templates"]
html_theme = "furo"
html_title = "crossprov"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_use_index = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {"color-brand-primary": "#9c2b1f", "color-brand-content": "#9c2b1f"},
    "dark_css_variables": {"color-brand-primary": "#f0927f", "color-brand-content": "#f0927f"},
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True
