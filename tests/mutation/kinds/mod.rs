//! The kinds of single mistakes, each a list of all places of a file at which it can be made.

mod expression;
mod limit;
mod name;
mod safety;
mod shape;
mod template;
mod value;
mod yaml;

use crate::atlas::Atlas;
use crate::mutant::Mutant;

pub struct Kind {
    pub name: &'static str,
    pub of: fn(&Atlas<'_>) -> Vec<Mutant>,
}

macro_rules! kinds {
    ($($room:ident: $($name:ident)+;)+) => {
        pub const ALL: &[Kind] = &[$($(Kind { name: concat!(stringify!($room), " ", stringify!($name)), of: $room::$name },)+)+];
    };
}

kinds! {
    yaml: closing_quote_missing opening_quote_missing other_closing_quote template_without_quotes colon_in_a_text
        number_sign_in_a_text sign_before_a_text bad_escape colon_missing blank_missing equals_sign tab_for_blanks
        one_blank_more one_blank_less closing_bracket_missing opening_bracket_missing comma_missing key_written_twice
        dash_missing blank_behind_dash_missing unknown_alias second_document merge_conflict;
    shape: key_misspelt verb_misspelt key_in_another_spelling unknown_key required_key_missing required_value_missing
        boolean_in_other_words boolean_no_more number_in_words number_out_of_range list_for_a_value mapping_for_a_value
        text_for_a_mapping text_for_a_list choice_misspelt choice_that_is_none key_one_step_left clause_inside_its_verb
        step_without_verb text_for_a_step two_verbs no_steps;
    name: reference_misspelt reference_to_nothing declaration_misspelt declaration_missing column_misspelt
        column_that_is_none column_missing_in_a_row argument_misspelt argument_missing name_with_a_blank
        name_that_is_taken variable_outside_of_settings;
    template: name_misspelt field_misspelt function_misspelt name_that_is_none one_closing_brace one_opening_brace
        no_closing_braces no_opening_braces single_braces block_never_closed block_never_opened block_misspelt
        no_arguments too_many_arguments operator_in_a_template blank_for_a_dot thing_in_a_text empty_tag;
    expression: name_misspelt field_misspelt function_misspelt operator_without_a_right_side and_in_words
        closing_bracket_missing opening_bracket_missing braces_in_an_expression single_equals_sign text_without_quotes;
    limit: text_too_long name_too_long too_many_entries optional_before_required;
    value: color_misspelt color_that_is_none color_without_quotes permission_misspelt emoji_in_words duration_in_words address_that_is_none
        time_that_is_none cron_pattern_out_of_range time_of_the_day_in_words time_zone_misspelt text_for_a_column word_for_a_column value_of_a_column_misspelt;
    safety: destination_from_a_user credential_in_the_file secret_in_a_log step_behind_a_stop
        answer_that_nobody_waits_for modal_behind_an_answer flow_that_calls_itself rule_that_refers_to_itself
        nobody_can_close empty_message button_without_a_label needless_key;
}
