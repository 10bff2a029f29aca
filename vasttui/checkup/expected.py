"""What each answer is expected to hold: names, types and units of all that vasttui reads.

Docs: the page of each endpoint; client 1.9.1 `api/` and `display.py`; where the service was seen to
send other shapes, all of them count as expected.
"""

from __future__ import annotations

from collections.abc import Mapping

from vasttui.checkup.shapes import Shape, shape

_PLACE = (
    "webpage logo hostname cpu_arch mobo_name os_version disk_name internet_up_cost_per_tb "
    "internet_down_cost_per_tb time_remaining time_remaining_isbid cluster_id external driver_vers "
    "geolocode resource_type cpu_ghz rentable verified vms_enabled is_vm_deverified "
    "target_reliability sla_r_claim sla_sigma_x sla_broker_rate "
    "nw_disk_min_bw nw_disk_avg_bw nw_disk_max_bw search "
    "instance credit_discount_max score dlperf_per_dphtotal flops_per_dphtotal vram_costperhour "
    "bundle_id reliability_mult expected_reliability bundled_results rn vericode has_avx gpu_arch "
    "ask_contract_id cpu_cores country_code reliability2 rented"
)
"""Fields of offers, instances and volumes that nothing depends on."""

_WORKER = """
    id: id!
    text: status!
    number: cur_load? new_load? cur_load_rolling_avg? cur_perf? perf? measured_perf? dlperf?
    whole: reqs_working?
    share: reliability?
    time: loaded_at? started_at?
"""
_LOG = shape("", "text: info0~ info1~ trace~ debug~ msg~ error~", names=False)
_KEYS = shape(
    "ssh_keys|", "id: id! user_id\ntext: public_key|key|ssh_key!\ndate: created_at?~",
    "default private_key deleted_at name machine_id",
)  # fmt: skip
_INSTANCE = """
    id: id! machine_id host_id
    (running loading created scheduling exited stopped frozen rebooting restarting recycling offline unknown): actual_status?
    (running stopped unloaded frozen): cur_state? next_state? intended_status
    text: gpu_name geolocation? image_uuid? label? status_msg? ssh_host? public_ipaddr? image_runtype?
    whole: num_gpus ssh_port? direct_port_count? machine_dir_ssh_port?
    GPU MB: gpu_ram
    MB: cpu_ram
    GB: disk_space
    number: disk_usage? dlperf? cuda_max_good? cpu_cores_effective?
    $/h: dph_base! dph_total! storage_total_cost? min_bid?
    $/GB/month: storage_cost
    $/GB: inet_up_cost inet_down_cost
    %: gpu_util?
    degrees: gpu_temp?
    time: start_date end_date?
    Mb/s: inet_up? inet_down?
    flag: is_bid
    list/object: ports?~
    list/object: extra_env?
"""  # noqa: E501
_INSTANCE_KNOWN = (
    f"{_PLACE} cpu_name disk_bw disk_util driver_version pci_gen pcie_bw gpu_mem_bw gpu_lanes "
    "gpu_display_active bw_nvlink compute_cap static_ip verification hosting_type template_id "
    "template_hash_id template_name image_args onstart jupyter_token local_ipaddrs ssh_idx "
    "direct_port_start direct_port_end gpu_frac gpu_totalram total_flops volume_info duration "
    "uptime_mins client_run_time host_run_time vmem_usage cpu_util mem_limit mem_usage "
    "inet_up_billed inet_down_billed credit_balance credit_discount endpoint_id workergroup_id"
)

SHAPES: Mapping[str, Shape] = {
    "search": shape(
        "offers",
        """
        id: id! machine_id host_id
        text: gpu_name! geolocation? cpu_name? driver_version? verification public_ipaddr?
        whole: num_gpus! direct_port_count? compute_cap? hosting_type? gpu_lanes?
        $/h: dph_base! dph_total! min_bid storage_total_cost? discounted_dph_total?~
        $/GB/month: storage_cost!
        $/GB: inet_up_cost inet_down_cost
        GPU MB: gpu_ram gpu_total_ram~
        MB: cpu_ram
        GB: disk_space avail_vol_size?~
        Mb/s: inet_up inet_down
        share: reliability|reliability2? gpu_frac
        number: cuda_max_good? dlperf? total_flops? cpu_cores_effective? disk_bw? pcie_bw? gpu_mem_bw? bw_nvlink? pci_gen?
        time: end_date? start_date?~
        s: duration?
        flag: is_bid static_ip? rentable
        """,  # noqa: E501
        f"{_PLACE} gpu_max_power gpu_max_temp gpu_display_active gpu_ids avail_vol_ask_id "
        "avail_vol_dph dph_total_adj discount_rate discounted_hourly",
    ),
    "gpu_names": shape("gpu_names"),
    "reports": shape("|reports", "text: problem? message?\ndate: created_at?", "id machine_id"),
    "benchmarks": shape(
        "benchmarks|",
        "id: machine_id!\nnumber: value|score!\ntext: image|model?~ type?~\nwhole: num_gpus?~\n"
        "time: last_update?~",
        "id template_hash template_id launch_args contract_id gpu_name details dph_base",
    ),
    "account": shape(
        "",
        """
        id: id!
        $: credit balance? balance_threshold?~
        bit: balance_threshold_enabled?~ email_verified?~ can_pay?~ has_billing?~ host_agreement_accepted?~
        number: total_spend?~
        text: email? username?
        date: created_at?~
        """,  # noqa: E501
        "api_key key_id ssh_key phone_number paypal_email wise_email fullname autobill_threshold "
        "autobill_amount billaddress_line1 billaddress_line2 billaddress_city billaddress_zip "
        "billaddress_country billing_creditonly billaddress_taxinfo password_resettable has_payout "
        "payout_enabled host_only last4 got_signup_credit user paid_verified paid_expected "
        "billed_verified billed_expected has_rented balance_referrals discord_id oauth_provider "
        "rights sid crisp_hmac has_stripe_payout huggingface_cloud_sync_enabled tfa_login "
        "tfa_status is_subject_to_unpaid_deletion",
    ),
    "list": shape("instances", _INSTANCE, _INSTANCE_KNOWN),
    "get": shape("instances|", _INSTANCE, _INSTANCE_KNOWN),
    "instance_ssh_keys": _KEYS,
    "deposit": shape(
        "", "$: refundable_deposit! total_discount?~\nnumber: discount_months?~\n"
        "list: discount_table|discounts?~", "success instance_id msg",
    ),
    "price_increases": shape(
        "pending_price_increases",
        """
        id: pending_price_increase_id! contract_id! host_id?
        $/s: new_gpu_costpersec? old_gpu_costpersec? new_disk_ram_costpersec? old_disk_ram_costpersec?
        $/GB: new_bwu_cost? old_bwu_cost? new_bwd_cost? old_bwd_cost?
        time: contract_end_date? ask_end_date? created_at?
        """,  # noqa: E501
        "platform_fee new_platform_fee old_platform_fee",
    ),
    "templates": shape(
        "templates",
        """
        id: id! creator_id?
        text: hash_id! name! image! tag? env? onstart? runtype? args_str? desc? href? extra_filters? docker_login_repo?
        GB: recommended_disk_space?
        whole: count_created?
        flag: recommended private? ssh_direct? jup_direct?
        time: created_at?
        """,  # noqa: E501
        "use_ssh use_jupyter_lab jupyter_dir docker_login_user docker_login_pass readme "
        "readme_visible readme_hash repo volume_info default_tag recent_create_date deleted_at "
        "created_from created_from_id command autoscaler cached vm jupyter_tested "
        "jupyterlab_tested max_cuda min_cuda python_utf8 lang_utf8 desc_count sort_order",
    ),
    "volumes": shape(
        "volumes",
        """
        id: id! machine_id? host_id?
        text: label? status? geolocation?
        GB: disk_space
        $/h: storage_total_cost?
        time: start_date? end_date?
        list: instances?
        """,
        f"{_PLACE} type driver_version cuda_max_good cpu_name inet_up inet_down verification "
        "static_ip public_ipaddr disk_bw storage_cost",
    ),
    "search_volumes": shape(
        "offers",
        """
        id: id! machine_id? host_id?
        $/GB/month: storage_cost!
        GB: disk_space
        Mb/s: inet_up? inet_down?
        share: reliability|reliability2?
        text: geolocation? verification?
        time: end_date?
        """,
        f"{_PLACE} cpu_name cpu_ram disk_bw cuda_max_good driver_version inet_up_cost "
        "inet_down_cost static_ip public_ipaddr reliability hosting_type storage_total_cost "
        "start_date duration",
    ),
    "backups": shape(
        "backups", "id: id! contract_id! machine_id?\ntext: status? type? info?\ntime: created_at?"
    ),
    "scheduled_jobs": shape(
        "results|scheduled_jobs|",
        """
        id: id! instance_id?
        text: api_endpoint request_method status? frequency?
        any: request_body?
        time: start_time? end_time? last_executed_around?~
        whole: day_of_the_week? hour_of_the_day? min_of_the_hour?
        """,
    ),
    "charges": shape(
        "results",
        """
        text: type source? description?
        $: amount!
        time: start? end?
        object: metadata?
        list: items?
        """,
    ),
    "invoices": shape(
        "results",
        """
        text: type! source? description?
        $: amount!
        time: start? end?
        object: metadata?
        """,
        "items",
    ),
    "earnings": shape(
        "per_machine", "id: machine_id!\n$: gpu_earn sto_earn bwu_earn bwd_earn", "user_id"
    ),
    "ssh_keys": _KEYS,
    "variables": shape("secrets", names=False),
    "api_keys": shape(
        "apikeys|",
        "id: id!\ntext: name?~\nany: rights|permissions?\ndate: created_at?~",
        "user_id team_id team_name key deleted_at",
    ),
    "audit_logs": shape(
        "results|audit_logs|",
        "date: created_at\ntext: api_route ip_address?\nwhole: api_key_id?\nany: args?",
    ),
    "ipaddrs": shape(
        "results|", "text: ip|ip_address!\ndate: first_seen|timestamp?\ntext: first_location?~",
        "id user_id",
    ),
    "subaccounts": shape(
        "users|", "id: id!\ntext: username?~ email?~", "name parent_id key_id created_at deleted_at"
    ),
    "connections": shape("integrations|", "any: id!\ntext: name? cloud_type?"),
    "tfa_status": shape(
        "", "flag: tfa_enabled\nlist: methods?\nwhole: backup_codes_remaining?",
        "success new_method_authorized",
    ),
    "endpoints": shape(
        "results",
        """
        id: id!
        text: endpoint_name!
        (active suspended stopped): endpoint_state?
        date: created_at?
        number: min_load? min_cold_load? target_util? cold_mult? max_queue_time? target_queue_time? inactivity_timeout?
        whole: cold_workers? max_workers?
        text: api_key?
        """,  # noqa: E501
        "user_id auto_delete_in_seconds auto_delete_due_24h",
    ),
    "worker_groups": shape(
        "results",
        """
        id: id! endpoint_id! template_id?
        text: endpoint_name? template_hash? search_params?~ launch_args?
        object: search_query?
        GB: gpu_ram?
        number: min_load? target_util? cold_mult?
        whole: cold_workers?~ test_workers?
        """,
        "api_key created_at user_id max_workers",
    ),
    "endpoint_workers": shape("workers|results|", _WORKER, "disk_usage"),
    "group_workers": shape("workers|results|", _WORKER, "disk_usage"),
    "endpoint_logs": _LOG,
    "group_logs": _LOG,
    "deployments": shape(
        "deployments",
        """
        id: id! endpoint_id? current_version_id? last_healthy_version_id?
        text: name image? tag?
        time: created_at? updated_at? last_client_heartbeat?
        """,
        "env file_hash s3_key search_params storage ttl worker_count status",
    ),
    "deployment_versions": shape(
        "versions", "id: id!\ntext: status?\ntime: created_at?",
        "deployment_id file_hash label version_label version",
    ),
}  # fmt: skip
